//! What the demo's desk did in the months before: closed cases, so that its figures have something to say.

use super::story::Step::{Reply, Team, Word};
use super::story::Story;

/// Oldest first.
pub(super) const EARLIER: &[Story] = &[
    Story {
        hours_ago: 88 * 24,
        judge: 1,
        report: r#"{"title":"Reset link works twice","target":"auth.acme.example","severity":"medium","summary":"A password reset link can be used again within its hour, also after the password was changed with it.","steps":"1. Ask for a reset link.\n2. Use it.\n3. Use it again.","credit":"t.varga","source":"form"}"#,
        steps: &[
            Team(6, "triage", "{}"),
            Team(6, "set-severity", r#"{"severity":"medium"}"#),
            Team(30, "accept", "{}"),
            Team(9 * 24, "claim-fixed", r#"{"note":"A link is spent when its form is sent."}"#),
            Team(9 * 24 + 2, "start-retest", "{}"),
            Team(10 * 24, "pass-retest", r#"{"reason":"The second use says that the link is spent. Thank you."}"#),
        ],
    },
    Story {
        hours_ago: 81 * 24,
        judge: 2,
        report: r#"{"title":"SPF record ends with ~all","target":"acme.example","severity":"low","summary":"Your SPF record ends with a soft fail.","source":"form"}"#,
        steps: &[Team(
            7,
            "close",
            r#"{"outcome":"not_applicable","reason":"DMARC rejects such mail here whatever SPF says. This is on our list of what we do not count as a finding; the programme page has it."}"#,
        )],
    },
    Story {
        hours_ago: 76 * 24,
        judge: 1,
        report: r#"{"title":"Export of a team holds the addresses of former members","target":"app.acme.example/export","severity":"high","summary":"The CSV export of a team lists people who left it, with their private addresses.","steps":"Remove somebody from a team, then export it.","impact":"Everybody who may export learns addresses they should no longer have.","credit":"quietharbour","source":"form"}"#,
        steps: &[
            Team(3, "triage", "{}"),
            Team(3, "set-severity", r#"{"severity":"high"}"#),
            Reply(4, "Seen, thank you. The export is switched off until this is mended."),
            Team(9, "accept", "{}"),
            Team(4 * 24, "claim-fixed", r#"{"note":"The export asks for today's members only."}"#),
            Team(5 * 24, "start-retest", r#"{"note":"Could you try once more?"}"#),
            Word(6 * 24, "They are gone from the list, but the address still stands in the column of the inviter."),
            Team(6 * 24 + 3, "fail-retest", r#"{"reason":"You are right: the inviter's address is still there."}"#),
            Team(8 * 24, "claim-fixed", r#"{"note":"The column is gone."}"#),
            Team(8 * 24 + 4, "start-retest", "{}"),
            Team(9 * 24, "pass-retest", r#"{"reason":"Both are gone. Thank you for trying twice."}"#),
        ],
    },
    Story {
        hours_ago: 69 * 24,
        judge: 2,
        report: r#"{"title":"Your domain is at risk!!! Pay to know","severity":"critical","summary":"I have found critical bug. First confirm the reward, then I send.","source":"form"}"#,
        steps: &[Team(
            5,
            "close",
            r#"{"outcome":"spam","reason":"There is nothing here that we could look at. Send what you found and we will."}"#,
        )],
    },
    Story {
        hours_ago: 62 * 24,
        judge: 1,
        report: r#"{"title":"Assistant repeats the system prompt of a partner","target":"Assistant: partner skills","severity":"medium","summary":"Asked to translate its own instructions to Latin, a partner's skill prints them. 17 of 20 tries.","reproduction":{"k":17,"n":20},"credit":"lupa","source":"form"}"#,
        steps: &[
            Team(8, "triage", "{}"),
            Team(
                9,
                "set-severity",
                r#"{"severity":"low","reason":"What a partner writes there is not secret by our rules; they are told to put nothing secret in it."}"#,
            ),
            Team(
                4 * 24,
                "close",
                r#"{"outcome":"accepted_risk","reason":"True, and known: instructions of skills are not a secret, and we say so to those who write them. We have made that sentence easier to find."}"#,
            ),
        ],
    },
    Story {
        hours_ago: 55 * 24,
        judge: 2,
        report: r#"{"title":"Password reset token is not bound to one use","target":"auth.acme.example","severity":"medium","summary":"The token of a reset mail can be replayed for an hour.","source":"form"}"#,
        steps: &[Team(
            20,
            "close",
            r#"{"outcome":"duplicate","of":"@0","reason":"Somebody told us about this before you, and it is fixed since. Thank you all the same."}"#,
        )],
    },
    Story {
        hours_ago: 48 * 24,
        judge: 1,
        report: r#"{"title":"API key is written to the debug log of the Python client","target":"api.acme.example client libraries","severity":"high","summary":"With logging on debug level the client prints the Authorization header.","steps":"logging.basicConfig(level=DEBUG), then make any call.","version":"2.3.1","source":"form"}"#,
        steps: &[
            Team(2, "triage", "{}"),
            Team(
                2,
                "set-severity",
                r#"{"severity":"medium","reason":"Somebody must have switched debugging on and must be able to read the log."}"#,
            ),
            Team(5, "accept", "{}"),
            Team(3 * 24, "claim-fixed", r#"{"note":"2.3.2 masks the header."}"#),
            Team(3 * 24 + 1, "start-retest", "{}"),
            Team(4 * 24, "pass-retest", r#"{"reason":"2.3.2 prints dots in place of the key."}"#),
        ],
    },
    Story {
        hours_ago: 41 * 24,
        judge: 2,
        report: r#"{"title":"Race in the invitation counter lets a team grow beyond its plan","target":"app.acme.example/team","severity":"low","summary":"Twenty invitations sent at once are all taken where five are left.","steps":"Send the request twenty times in parallel.","source":"form"}"#,
        steps: &[
            Team(28, "triage", "{}"),
            Team(29, "set-severity", r#"{"severity":"low"}"#),
            Team(2 * 24, "accept", "{}"),
            Team(16 * 24, "claim-fixed", r#"{"note":"The plan is asked inside the same write."}"#),
            Team(16 * 24 + 5, "start-retest", "{}"),
            Team(17 * 24, "pass-retest", r#"{"reason":"Five of twenty are taken now."}"#),
        ],
    },
    Story {
        hours_ago: 34 * 24,
        judge: 1,
        report: r#"{"title":"Sign-in page can be framed","target":"old.acme.example","severity":"medium","summary":"There is no frame-ancestors on the old sign-in page.","source":"form"}"#,
        steps: &[Team(
            30,
            "close",
            r#"{"outcome":"out_of_scope","reason":"old.acme.example is switched off in December and is not in scope; the programme page says so. The page that replaced it cannot be framed."}"#,
        )],
    },
    Story {
        hours_ago: 27 * 24,
        judge: 2,
        report: r#"{"title":"Uploaded SVG runs script on the files host","target":"Assistant: uploads","severity":"high","summary":"An SVG in a conversation opens in the browser with its script.","steps":"Upload the attached SVG and open it in a new tab.","credit":"m.okafor","source":"form"}"#,
        steps: &[
            Team(3, "triage", "{}"),
            Team(
                4,
                "ask",
                r#"{"text":"Here it downloads and does not open. Which browser is this, and which address does the tab show?"}"#,
            ),
            Word(28, "Firefox, and only when the conversation is shared. The address begins with files-eu."),
            Team(30, "set-severity", r#"{"severity":"high"}"#),
            Team(31, "accept", "{}"),
            Team(6 * 24, "claim-fixed", r#"{"note":"files-eu answers with the same headers as the others now."}"#),
            Team(6 * 24 + 2, "start-retest", "{}"),
            Team(7 * 24, "pass-retest", r#"{"reason":"It downloads from every host. Thank you for naming the one."}"#),
        ],
    },
];
