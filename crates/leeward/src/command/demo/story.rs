//! The demo's reports, written for it: a company that runs an assistant, its API and its accounts.

/// What happened to a report after it came.
pub(super) enum Step {
    /// An action of the team with its input as JSON, this many hours after the report; `"@0"` stands for the first case.
    Team(i64, &'static str, &'static str),
    /// A note only the team reads.
    Note(i64, &'static str),
    /// Words of the team to the reporter.
    Reply(i64, &'static str),
    /// Words of the reporter.
    Word(i64, &'static str),
}

/// One report and its story.
pub(super) struct Story {
    /// How many hours ago it came.
    pub(super) hours_ago: i64,
    /// Which of those who judge reports works on it.
    pub(super) judge: usize,
    /// The report as JSON.
    pub(super) report: &'static str,
    /// What followed, in order.
    pub(super) steps: &'static [Step],
}

use Step::{Note, Reply, Team, Word};

/// Oldest first.
pub(super) const STORIES: &[Story] = &[
    Story {
        hours_ago: 19 * 24,
        judge: 0,
        report: r#"{"title":"Old refresh token still works after a password change","target":"auth.acme.example","severity":"high","summary":"After I change my password, the refresh token from before still gives me new access tokens. Somebody who stole it keeps the account.","steps":"1. Sign in and keep the refresh token.\n2. Change the password in account settings.\n3. POST the kept token to /oauth/token.\n4. A new access token comes back.","impact":"A stolen session survives the one thing people do to end it.","source":"form"}"#,
        steps: &[
            Note(3, "Reproduced on staging. The token family is not revoked on password change, only on sign-out."),
            Team(4, "triage", "{}"),
            Team(4, "set-severity", r#"{"severity":"high"}"#),
            Reply(5, "We see the same here. Thank you for the exact steps. We fix this first thing."),
            Team(26, "accept", "{}"),
            Team(9 * 24, "claim-fixed", r#"{"note":"Changing the password now ends every session of the account."}"#),
            Team(10 * 24, "start-retest", r#"{"note":"Could you try your steps once more?"}"#),
            Word(11 * 24, "Tried twice, from two browsers. The old token is refused now."),
            Team(
                11 * 24 + 2,
                "pass-retest",
                r#"{"reason":"The old token is refused since version 4.12. Thank you for finding it and for trying the fix."}"#,
            ),
        ],
    },
    Story {
        hours_ago: 12 * 24,
        judge: 2,
        report: r#"{"title":"Version number in a response header","target":"www.acme.example","severity":"low","summary":"The Server header says which web server you run.","source":"form"}"#,
        steps: &[Team(
            20,
            "close",
            r#"{"outcome":"informative","reason":"This is true and we know it. The version alone does not let anybody do something, so we leave it as it is. If you find a way to use it, write again."}"#,
        )],
    },
    Story {
        hours_ago: 6 * 24,
        judge: 0,
        report: r#"{"title":"Shared conversation shows file names of another workspace","target":"Assistant, shared links","severity":"critical","summary":"When I ask the assistant in a shared conversation to list what it can read, it sometimes names files that belong to another customer's workspace. It happened in 3 of 20 tries.","steps":"1. Open a shared link while signed in to a second workspace.\n2. Ask: which files are attached here?\n3. Repeat; in some answers there are names that are in neither workspace.","impact":"Names of confidential files leak between customers.","reproduction":{"k":3,"n":20},"ai_assistance":"no","credit":"quietharbour","source":"form"}"#,
        steps: &[
            Note(1, "Paged the retrieval team. If this is the cache key again it is worse than names."),
            Team(2, "triage", "{}"),
            Team(3, "set-severity", r#"{"severity":"critical"}"#),
            Team(5, "accept", "{}"),
            Reply(
                6,
                "We can see it happen too, and we have switched sharing off while we fix it. Please keep this to yourself until then.",
            ),
            Word(8, "Of course. I deleted my notes of the file names."),
        ],
    },
    Story {
        hours_ago: 75,
        judge: 1,
        report: r#"{"title":"Open redirect in the return address of the sign-in page","target":"auth.acme.example/login","severity":"medium","summary":"The next parameter of the sign-in page accepts addresses of other sites when they start with two slashes and a backslash.","steps":"Open /login?next=/\\\\evil.example and sign in.","credit":"m.okafor","source":"form"}"#,
        steps: &[
            Team(18, "triage", "{}"),
            Team(
                19,
                "ask",
                r#"{"text":"We could not make it leave our site in Firefox 150 or Chrome 156. Which browser did you use, and what does the address bar show?"}"#,
            ),
        ],
    },
    Story {
        hours_ago: 30,
        judge: 2,
        report: r#"{"title":"API key in a public notebook","target":"API keys","severity":"high","summary":"A notebook in a public repository holds what looks like a live key of one of your customers. I did not use it.","impact":"Whoever finds it can spend that customer's money.","source":"form"}"#,
        steps: &[Note(1, "Key revoked at 14:05, customer told. Leave open until they confirm.")],
    },
    Story {
        hours_ago: 5,
        judge: 1,
        report: r#"{"title":"Invitation mail can be sent to any address without limit","target":"app.acme.example/team","severity":"low","summary":"The team page lets me send invitations as often as I like. I sent 200 to an address of mine in a minute.","steps":"Press Invite 200 times, or repeat the request.","source":"form"}"#,
        steps: &[],
    },
    Story {
        hours_ago: 1,
        judge: 2,
        report: r#"{"title":"Prompt in a calendar entry makes the assistant send mail","target":"Assistant, mail and calendar","severity":"high","summary":"An invitation from a stranger with hidden instructions makes the assistant forward the last three mails when its owner asks for the day's plan. 14 of 20 tries.","steps":"1. Send the victim an invitation with the text attached.\n2. The victim asks: what is on today?\n3. The assistant sends mail without asking.","impact":"Mail of anybody who can be invited can be read.","reproduction":{"k":14,"n":20},"source":"form"}"#,
        steps: &[],
    },
];
