"""Who may do what where."""


def may(rules, action, place):
    answer = False
    for kind, wanted, above in rules:
        if wanted in ("*", action) and place.startswith(above):
            answer = kind == "allow"
    return answer
