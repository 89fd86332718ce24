//! The metrics of CVSS 3.0 and 3.1 (specification, sections 2 to 4). The sentences are ours.

use super::metric::{Group, Metric, MetricValue, NOT_DEFINED as X, metric, value};
use Group::{Base, Environmental, Threat};

const NETWORK: MetricValue = value("N", "Network", "Over a network, from anywhere.");
const ADJACENT: MetricValue = value("A", "Adjacent", "From the same network segment, radio range or closed network.");
const LOCAL: MetricValue = value("L", "Local", "On the machine, or by a file or message that somebody opens there.");
const PHYSICAL: MetricValue = value("P", "Physical", "By touching the device.");
const EASY: MetricValue = value("L", "Low", "It works each time, with no special preparation.");
const HARD: MetricValue = value("H", "High", "It depends on conditions that the attacker does not control.");
const PR_NONE: MetricValue = value("N", "None", "The attacker needs no account.");
const PR_LOW: MetricValue = value("L", "Low", "The attacker needs an ordinary account.");
const PR_HIGH: MetricValue = value("H", "High", "The attacker needs an administrator's rights.");
const UI_NONE: MetricValue = value("N", "None", "Nobody else has to do anything.");
const UI_REQUIRED: MetricValue = value("R", "Required", "Somebody else has to do something first.");
const UNCHANGED: MetricValue = value("U", "Unchanged", "The harm stays within what is vulnerable.");
const CHANGED: MetricValue = value("C", "Changed", "The harm reaches beyond what is vulnerable.");
const I_HIGH: MetricValue = value("H", "High", "All is lost, or what matters most.");
const I_LOW: MetricValue = value("L", "Low", "Some is lost, within limits.");
const I_NONE: MetricValue = value("N", "None", "Nothing is lost.");

const AV: &[MetricValue] = &[NETWORK, ADJACENT, LOCAL, PHYSICAL];
const MAV: &[MetricValue] = &[NETWORK, ADJACENT, LOCAL, PHYSICAL, X];
const AC: &[MetricValue] = &[EASY, HARD];
const MAC: &[MetricValue] = &[EASY, HARD, X];
const PR: &[MetricValue] = &[PR_NONE, PR_LOW, PR_HIGH];
const MPR: &[MetricValue] = &[PR_NONE, PR_LOW, PR_HIGH, X];
const UI: &[MetricValue] = &[UI_NONE, UI_REQUIRED];
const MUI: &[MetricValue] = &[UI_NONE, UI_REQUIRED, X];
const S: &[MetricValue] = &[UNCHANGED, CHANGED];
const MS: &[MetricValue] = &[UNCHANGED, CHANGED, X];
const IMPACT: &[MetricValue] = &[I_HIGH, I_LOW, I_NONE];
const MODIFIED_IMPACT: &[MetricValue] = &[I_HIGH, I_LOW, I_NONE, X];
const E: &[MetricValue] = &[
    value("H", "High", "An exploit works by itself, or none is needed."),
    value("F", "Functional", "An exploit exists that works in most cases."),
    value("P", "Proof of concept", "A demonstration exists that is not practical."),
    value("U", "Unproven", "No exploit is known."),
    X,
];
const RL: &[MetricValue] = &[
    value("U", "Unavailable", "There is no remedy."),
    value("W", "Workaround", "Somebody else has a way round."),
    value("T", "Temporary fix", "The vendor has a makeshift fix."),
    value("O", "Official fix", "The vendor has fixed it."),
    X,
];
const RC: &[MetricValue] = &[
    value("C", "Confirmed", "The vendor says so, or it has been reproduced."),
    value("R", "Reasonable", "Details are known, but the cause is not certain."),
    value("U", "Unknown", "Reports differ, or say little."),
    X,
];
/// Also of 4.0.
pub(super) const REQUIREMENT: &[MetricValue] = &[
    value("H", "High", "Losing it would be a catastrophe here."),
    value("M", "Medium", "Losing it would do serious harm here."),
    value("L", "Low", "Losing it would do little harm here."),
    X,
];

/// In the order of a vector.
pub(super) const METRICS: &[Metric] = &[
    metric(Base, "AV", "Attack Vector", "From where can it be attacked?", AV),
    metric(Base, "AC", "Attack Complexity", "Does it depend on luck or preparation?", AC),
    metric(Base, "PR", "Privileges Required", "Which rights does the attacker need?", PR),
    metric(Base, "UI", "User Interaction", "Must somebody else act?", UI),
    metric(Base, "S", "Scope", "Does the harm reach beyond what is vulnerable?", S),
    metric(Base, "C", "Confidentiality", "What becomes readable?", IMPACT),
    metric(Base, "I", "Integrity", "What can be changed?", IMPACT),
    metric(Base, "A", "Availability", "What stops working?", IMPACT),
    metric(Threat, "E", "Exploit Code Maturity", "How good are the known exploits?", E),
    metric(Threat, "RL", "Remediation Level", "Which remedy is there?", RL),
    metric(Threat, "RC", "Report Confidence", "How sure is it?", RC),
    metric(Environmental, "CR", "Confidentiality Requirement", "How much depends on secrecy here?", REQUIREMENT),
    metric(Environmental, "IR", "Integrity Requirement", "How much depends on correctness here?", REQUIREMENT),
    metric(Environmental, "AR", "Availability Requirement", "How much depends on it running here?", REQUIREMENT),
    metric(Environmental, "MAV", "Modified Attack Vector", "From where can it be attacked here?", MAV),
    metric(Environmental, "MAC", "Modified Attack Complexity", "Does it depend on luck or preparation here?", MAC),
    metric(Environmental, "MPR", "Modified Privileges Required", "Which rights does the attacker need here?", MPR),
    metric(Environmental, "MUI", "Modified User Interaction", "Must somebody else act here?", MUI),
    metric(Environmental, "MS", "Modified Scope", "Does the harm reach further here?", MS),
    metric(Environmental, "MC", "Modified Confidentiality", "What becomes readable here?", MODIFIED_IMPACT),
    metric(Environmental, "MI", "Modified Integrity", "What can be changed here?", MODIFIED_IMPACT),
    metric(Environmental, "MA", "Modified Availability", "What stops working here?", MODIFIED_IMPACT),
];
