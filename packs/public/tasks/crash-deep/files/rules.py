"""Rules: NAME = OTHER or OTHER ..., or NAME = fact WORD, or NAME = not OTHER."""


def holds(rules, name, facts):
    rule = rules[name]
    if rule.startswith("fact "):
        return rule[5:] in facts
    if rule.startswith("not "):
        inner = rules[rule[4:]]
        if inner.startswith("fact "):
            return inner[5:] not in facts
        return not any(one in facts for one in inner.split(" or "))
    return any(holds(rules, one, facts) for one in rule.split(" or "))
