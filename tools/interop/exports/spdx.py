"""Prints what SPDX's own model of Python finds in a document; fails on what breaks that model."""

import json
import sys

from spdx_python_model import v3_0_1 as spdx


def told(path):
    found = spdx.SHACLObjectSet()
    with open(path, encoding="utf-8") as file:
        spdx.JSONLDDeserializer().read(file, found)
    missing = found.link()
    [package] = found.foreach_type(spdx.ai_AIPackage)
    [document] = found.foreach_type(spdx.SpdxDocument)
    return {
        "name": package.name,
        "missing": sorted(map(str, missing)),
        "release": package.releaseTime and package.releaseTime.isoformat(),
        "supplier": package.suppliedBy and package.suppliedBy.name,
        "risk": package.ai_safetyRiskAssessment and package.ai_safetyRiskAssessment.split("/")[-1],
        "metrics": [[entry.key, entry.value] for entry in package.ai_metric],
        "thresholds": [entry.value for entry in package.ai_metricDecisionThreshold],
        "profiles": [str(each).split("/")[-1] for each in document.profileConformance],
        "elements": len(document.element),
    }


print(json.dumps(told(sys.argv[1])))
