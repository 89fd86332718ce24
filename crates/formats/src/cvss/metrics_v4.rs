//! The metrics of CVSS 4.0 (specification, sections 2 to 5). The sentences are ours.
//!
//! The values of the metrics that count towards a score stand most severe first, so that the place of a value is its
//! severity level (specification 8.2).

use super::metric::{Group, Metric, MetricValue, NOT_DEFINED as X, metric, value};
use super::metrics_v3::REQUIREMENT;
use Group::{Base, Environmental, Supplemental, Threat};

const NETWORK: MetricValue = value("N", "Network", "Over a network, from anywhere.");
const ADJACENT: MetricValue = value("A", "Adjacent", "From the same network segment, radio range or closed network.");
const LOCAL: MetricValue = value("L", "Local", "On the machine, or by a file or message that somebody opens there.");
const PHYSICAL: MetricValue = value("P", "Physical", "By touching the device.");
const EASY: MetricValue = value("L", "Low", "No protection has to be got round.");
const HARD: MetricValue = value("H", "High", "A protection has to be got round, or a secret of the target known.");
const AT_NONE: MetricValue = value("N", "None", "It works on every installation, each time.");
const AT_PRESENT: MetricValue = value("P", "Present", "It needs a certain set-up, a race won or a place in the path.");
const PR_NONE: MetricValue = value("N", "None", "The attacker needs no account.");
const PR_LOW: MetricValue = value("L", "Low", "The attacker needs an ordinary account.");
const PR_HIGH: MetricValue = value("H", "High", "The attacker needs an administrator's rights.");
const UI_NONE: MetricValue = value("N", "None", "Nobody else has to do anything.");
const UI_PASSIVE: MetricValue = value("P", "Passive", "Somebody does what they would do anyway.");
const UI_ACTIVE: MetricValue = value("A", "Active", "Somebody has to be talked into an unusual step.");
const HIGH: MetricValue = value("H", "High", "All is lost, or what matters most.");
const LOW: MetricValue = value("L", "Low", "Some is lost, within limits.");
const NONE: MetricValue = value("N", "None", "Nothing is lost.");
const SAFETY: MetricValue = value("S", "Safety", "People can be hurt.");

const AV: &[MetricValue] = &[NETWORK, ADJACENT, LOCAL, PHYSICAL];
const MAV: &[MetricValue] = &[NETWORK, ADJACENT, LOCAL, PHYSICAL, X];
const AC: &[MetricValue] = &[EASY, HARD];
const MAC: &[MetricValue] = &[EASY, HARD, X];
const AT: &[MetricValue] = &[AT_NONE, AT_PRESENT];
const MAT: &[MetricValue] = &[AT_NONE, AT_PRESENT, X];
const PR: &[MetricValue] = &[PR_NONE, PR_LOW, PR_HIGH];
const MPR: &[MetricValue] = &[PR_NONE, PR_LOW, PR_HIGH, X];
const UI: &[MetricValue] = &[UI_NONE, UI_PASSIVE, UI_ACTIVE];
const MUI: &[MetricValue] = &[UI_NONE, UI_PASSIVE, UI_ACTIVE, X];
const IMPACT: &[MetricValue] = &[HIGH, LOW, NONE];
const MODIFIED: &[MetricValue] = &[HIGH, LOW, NONE, X];
/// Safety stands behind the others so that places agree with those of the unmodified metric.
const MODIFIED_SAFETY: &[MetricValue] = &[HIGH, LOW, NONE, SAFETY, X];
const E: &[MetricValue] = &[
    value("A", "Attacked", "Attacks have been seen, or a tool makes them easy."),
    value("P", "Proof of concept", "A demonstration is public, no attack has been seen."),
    value("U", "Unreported", "Neither a demonstration nor an attack is known."),
    X,
];
const SAFETY_LEVELS: &[MetricValue] =
    &[value("N", "Negligible", "People are not hurt, or hardly."), value("P", "Present", "People can be hurt."), X];
const AUTOMATABLE: &[MetricValue] = &[
    value("N", "No", "Each target needs work by hand."),
    value("Y", "Yes", "Many targets can be attacked by machine."),
    X,
];
const RECOVERY: &[MetricValue] = &[
    value("A", "Automatic", "The system recovers by itself."),
    value("U", "User", "Somebody has to bring it back."),
    value("I", "Irrecoverable", "It cannot be brought back."),
    X,
];
const DENSITY: &[MetricValue] =
    &[value("D", "Diffuse", "One attack gains little."), value("C", "Concentrated", "One attack gains much."), X];
const EFFORT: &[MetricValue] = &[
    value("L", "Low", "Little work to respond."),
    value("M", "Moderate", "Some work, with a little disturbance."),
    value("H", "High", "Much work, or a long interruption."),
    X,
];
const URGENCY: &[MetricValue] = &[
    value("Clear", "Clear", "The provider sees no urgency."),
    value("Green", "Green", "The provider sees reduced urgency."),
    value("Amber", "Amber", "The provider sees moderate urgency."),
    value("Red", "Red", "The provider sees the highest urgency."),
    X,
];

/// In the order of a vector.
pub(super) const METRICS: &[Metric] = &[
    metric(Base, "AV", "Attack Vector", "From where can it be attacked?", AV),
    metric(Base, "AC", "Attack Complexity", "Must a protection be got round?", AC),
    metric(Base, "AT", "Attack Requirements", "Does it depend on how the target is set up?", AT),
    metric(Base, "PR", "Privileges Required", "Which rights does the attacker need?", PR),
    metric(Base, "UI", "User Interaction", "Must somebody else act?", UI),
    metric(Base, "VC", "Vulnerable System Confidentiality", "What becomes readable there?", IMPACT),
    metric(Base, "VI", "Vulnerable System Integrity", "What can be changed there?", IMPACT),
    metric(Base, "VA", "Vulnerable System Availability", "What stops working there?", IMPACT),
    metric(Base, "SC", "Subsequent System Confidentiality", "What becomes readable elsewhere?", IMPACT),
    metric(Base, "SI", "Subsequent System Integrity", "What can be changed elsewhere?", IMPACT),
    metric(Base, "SA", "Subsequent System Availability", "What stops working elsewhere?", IMPACT),
    metric(Threat, "E", "Exploit Maturity", "What do attackers have?", E),
    metric(Environmental, "CR", "Confidentiality Requirement", "How much depends on secrecy here?", REQUIREMENT),
    metric(Environmental, "IR", "Integrity Requirement", "How much depends on correctness here?", REQUIREMENT),
    metric(Environmental, "AR", "Availability Requirement", "How much depends on it running here?", REQUIREMENT),
    metric(Environmental, "MAV", "Modified Attack Vector", "From where can it be attacked here?", MAV),
    metric(Environmental, "MAC", "Modified Attack Complexity", "Must a protection be got round here?", MAC),
    metric(Environmental, "MAT", "Modified Attack Requirements", "Does it depend on the set-up here?", MAT),
    metric(Environmental, "MPR", "Modified Privileges Required", "Which rights does the attacker need here?", MPR),
    metric(Environmental, "MUI", "Modified User Interaction", "Must somebody else act here?", MUI),
    metric(Environmental, "MVC", "Modified Vulnerable System Confidentiality", "What becomes readable here?", MODIFIED),
    metric(Environmental, "MVI", "Modified Vulnerable System Integrity", "What can be changed here?", MODIFIED),
    metric(Environmental, "MVA", "Modified Vulnerable System Availability", "What stops working here?", MODIFIED),
    metric(Environmental, "MSC", "Modified Subsequent System Confidentiality", "What leaks elsewhere?", MODIFIED),
    metric(Environmental, "MSI", "Modified Subsequent System Integrity", "What is changed elsewhere?", MODIFIED_SAFETY),
    metric(Environmental, "MSA", "Modified Subsequent System Availability", "What stops elsewhere?", MODIFIED_SAFETY),
    metric(Supplemental, "S", "Safety", "Can people be hurt?", SAFETY_LEVELS),
    metric(Supplemental, "AU", "Automatable", "Can attacks be automated?", AUTOMATABLE),
    metric(Supplemental, "R", "Recovery", "How does the system come back?", RECOVERY),
    metric(Supplemental, "V", "Value Density", "How much does one attack gain?", DENSITY),
    metric(Supplemental, "RE", "Vulnerability Response Effort", "How much work is the response?", EFFORT),
    metric(Supplemental, "U", "Provider Urgency", "How urgent does the provider call it?", URGENCY),
];
