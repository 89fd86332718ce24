//! The metrics of CVSS 2.0 (Complete Guide, section 2). The sentences are ours.

use super::metric::{Group, Metric, MetricValue, metric, value};
use Group::{Base, Environmental, Threat};

const ND: MetricValue = value("ND", "Not defined", "No statement; the score is as without it.");

const AV: &[MetricValue] = &[
    value("L", "Local", "Needs a local account or physical access."),
    value("A", "Adjacent network", "Needs the same network segment."),
    value("N", "Network", "Can be done from anywhere."),
];
const AC: &[MetricValue] = &[
    value("H", "High", "Needs conditions that are rare."),
    value("M", "Medium", "Needs conditions that are somewhat special."),
    value("L", "Low", "Needs nothing special."),
];
const AU: &[MetricValue] = &[
    value("M", "Multiple", "The attacker signs in twice or more."),
    value("S", "Single", "The attacker signs in once."),
    value("N", "None", "No sign-in."),
];
const IMPACT: &[MetricValue] = &[
    value("N", "None", "No loss."),
    value("P", "Partial", "Some is lost, or the attacker does not choose what."),
    value("C", "Complete", "All is lost."),
];
const E: &[MetricValue] = &[
    value("U", "Unproven", "No exploit is known."),
    value("POC", "Proof of concept", "A demonstration exists that is not practical."),
    value("F", "Functional", "An exploit exists that works in most cases."),
    value("H", "High", "An exploit works by itself, or none is needed."),
    ND,
];
const RL: &[MetricValue] = &[
    value("OF", "Official fix", "The vendor has fixed it."),
    value("TF", "Temporary fix", "The vendor has a makeshift fix."),
    value("W", "Workaround", "Somebody else has a way round."),
    value("U", "Unavailable", "There is no remedy."),
    ND,
];
const RC: &[MetricValue] = &[
    value("UC", "Unconfirmed", "One source, or sources that differ."),
    value("UR", "Uncorroborated", "Several sources that mostly agree."),
    value("C", "Confirmed", "The vendor says so, or it has been reproduced."),
    ND,
];
const CDP: &[MetricValue] = &[
    value("N", "None", "No loss of life, things or income."),
    value("L", "Low", "Slight damage."),
    value("LM", "Low-medium", "Moderate damage."),
    value("MH", "Medium-high", "Significant damage."),
    value("H", "High", "Catastrophic damage."),
    ND,
];
const TD: &[MetricValue] = &[
    value("N", "None", "No such system is there."),
    value("L", "Low", "Up to a quarter of the systems."),
    value("M", "Medium", "A quarter to three quarters of the systems."),
    value("H", "High", "More than three quarters of the systems."),
    ND,
];
const REQUIREMENT: &[MetricValue] = &[
    value("L", "Low", "Losing it would do little harm here."),
    value("M", "Medium", "Losing it would do serious harm here."),
    value("H", "High", "Losing it would be a catastrophe here."),
    ND,
];

/// In the order of a vector.
pub(super) const METRICS: &[Metric] = &[
    metric(Base, "AV", "Access Vector", "From where can it be attacked?", AV),
    metric(Base, "AC", "Access Complexity", "How hard are the conditions?", AC),
    metric(Base, "Au", "Authentication", "How often must the attacker sign in?", AU),
    metric(Base, "C", "Confidentiality Impact", "What becomes readable?", IMPACT),
    metric(Base, "I", "Integrity Impact", "What can be changed?", IMPACT),
    metric(Base, "A", "Availability Impact", "What stops working?", IMPACT),
    metric(Threat, "E", "Exploitability", "How good are the known exploits?", E),
    metric(Threat, "RL", "Remediation Level", "Which remedy is there?", RL),
    metric(Threat, "RC", "Report Confidence", "How sure is it?", RC),
    metric(Environmental, "CDP", "Collateral Damage Potential", "Which damage outside the system?", CDP),
    metric(Environmental, "TD", "Target Distribution", "How many systems are affected here?", TD),
    metric(Environmental, "CR", "Confidentiality Requirement", "How much depends on secrecy here?", REQUIREMENT),
    metric(Environmental, "IR", "Integrity Requirement", "How much depends on correctness here?", REQUIREMENT),
    metric(Environmental, "AR", "Availability Requirement", "How much depends on it running here?", REQUIREMENT),
];
