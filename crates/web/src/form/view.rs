//! One field as the templates see it.

/// Everything the field macros need. Built from a [`super::Form`] in the template:
/// `form.text("title", "What is it?").hint("One line").optional()`.
#[derive(Debug, Clone)]
pub struct Field<'a> {
    /// Name and id of the control.
    pub name: &'a str,
    /// The bold words above it.
    pub label: &'a str,
    /// What was typed.
    pub value: &'a str,
    /// What is wrong.
    pub error: Option<&'a str>,
    /// A line under the label.
    pub hint: &'a str,
    /// What is typed there: a `type` of HTML, see [`Field::control`].
    pub kind: &'static str,
    /// The `autocomplete` word; `off` unless set.
    pub autocomplete: &'a str,
    /// Marked "(optional)".
    pub is_optional: bool,
    /// Rows of a text area.
    pub rows: u8,
    /// Longest value, 0 for no limit in the page.
    pub max: u32,
    /// Width that tells the length: `w-code`, `w-short`, `w-long` or nothing.
    pub width: &'static str,
    /// Choices of a select or of radio buttons.
    pub choices: Vec<Choice<'a>>,
}

/// One choice of a list.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// What is sent.
    pub value: &'a str,
    /// What is shown.
    pub label: &'a str,
}

impl<'a> Field<'a> {
    pub(super) fn new(name: &'a str, label: &'a str, value: &'a str, error: Option<&'a str>) -> Self {
        Self {
            name,
            label,
            value,
            error,
            hint: "",
            kind: "text",
            autocomplete: "off",
            is_optional: false,
            rows: 0,
            max: 0,
            width: "",
            choices: Vec::new(),
        }
    }

    /// A line of help under the label.
    #[must_use]
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// Marks the field as one that may stay empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// The control's type: `email`, `password`, `url`, `number`, `file`.
    #[must_use]
    pub fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// The `autocomplete` word, such as `username` or `one-time-code`.
    #[must_use]
    pub fn autocomplete(mut self, word: &'a str) -> Self {
        self.autocomplete = word;
        self
    }

    /// Rows of a text area.
    #[must_use]
    pub fn rows(mut self, rows: u8) -> Self {
        self.rows = rows;
        self
    }

    /// Longest value in UTF-16 units, as browsers count.
    #[must_use]
    pub fn max(mut self, max: u32) -> Self {
        self.max = max;
        self
    }

    /// Wide enough for a code or a short number.
    #[must_use]
    pub fn short(mut self) -> Self {
        self.width = "w-short";
        self
    }

    /// Wide enough for a return code, in the mono face.
    #[must_use]
    pub fn code(mut self) -> Self {
        self.width = "w-code mono";
        self
    }

    /// The choices of a select or of radio buttons.
    #[must_use]
    pub fn choices(mut self, choices: &[(&'a str, &'a str)]) -> Self {
        self.choices = choices.iter().map(|(value, label)| Choice { value, label }).collect();
        self
    }

    /// The `type` of the control. Addresses and numbers are lines of text to the browser: it would refuse some by rules and
    /// words of its own and send nothing, where the house says what is wrong beside the field, in words that every
    /// browser and every reader of screens has, and takes what a browser would not. No field is `required` there
    /// either, for the same reason.
    pub fn control(&self) -> &'static str {
        match self.kind {
            "email" | "number" | "url" => "text",
            kind => kind,
        }
    }

    /// The keys that a phone offers for it, or nothing.
    pub fn keys(&self) -> &'static str {
        match self.kind {
            "email" => "email",
            "number" => "numeric",
            "url" => "url",
            _ => "",
        }
    }

    /// Whether what was typed stands in the field when the form is shown again. A password is not
    /// repeated, and a code that works once is spent.
    pub fn is_shown_again(&self) -> bool {
        self.kind != "password" && self.autocomplete != "one-time-code"
    }

    /// Whether the choice is the one that was sent.
    pub fn is_chosen(&self, choice: &Choice<'_>) -> bool {
        choice.value == self.value
    }

    /// Ids for `aria-describedby`, or nothing.
    pub fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.name));
        }
        if self.error.is_some() {
            ids.push(format!("{}-error", self.name));
        }
        ids.join(" ")
    }
}
