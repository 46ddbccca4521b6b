//! A page of answers as a browser sends it.

use std::collections::BTreeMap;

use app::returns::{PagePost, RowAction};

/// The form of a page of questions.
#[derive(Debug, Default)]
pub(crate) struct AnswersForm {
    version: i64,
    action: String,
    asked: Vec<String>,
    settled: Vec<String>,
    values: BTreeMap<String, Vec<String>>,
}

impl AnswersForm {
    /// Sorts what was sent. The form names every question that it asks, because a browser sends nothing for a
    /// list of boxes without a tick.
    pub(crate) fn read(sent: Vec<(String, String)>) -> Self {
        let mut form = Self::default();
        for (name, value) in sent {
            match name.as_str() {
                "version" => form.version = value.parse().unwrap_or(0),
                "action" => form.action = value,
                "asked" => form.asked.push(value),
                "settled" => form.settled.push(value),
                _ => form.values.entry(name).or_default().push(value),
            }
        }
        form
    }

    /// Whether the form asked the question at a path.
    pub(crate) fn asked(&self, path: &str) -> bool {
        self.asked.iter().any(|asked| asked == path)
    }

    /// Whether the person wants to leave the page for the task list.
    pub(crate) fn returns_to_tasks(&self) -> bool {
        self.action == "return"
    }

    /// Whether the person adds or takes out a row.
    pub(crate) fn changes_rows(&self) -> bool {
        self.row().is_some()
    }

    /// The form as the verb wants it.
    pub(crate) fn to_post(&self, page: &str) -> PagePost {
        let typed = self
            .asked
            .iter()
            .map(|path| (path.clone(), self.typed(path)))
            .collect();
        PagePost {
            page: page.to_owned(),
            version: self.version,
            typed,
            settled: self.settled.clone(),
            row: self.row(),
        }
    }

    /// What was typed for a question: ticked boxes joined by spaces, a date put together from its parts.
    fn typed(&self, path: &str) -> String {
        if let Some(values) = self.values.get(path) {
            return values.join(" ").trim().to_owned();
        }
        let part = |name: &str| {
            let found = self.values.get(&format!("{path}-{name}"));
            found
                .and_then(|values| values.first())
                .map_or("", |text| text.trim())
        };
        let (day, month, year) = (part("day"), part("month"), part("year"));
        if day.is_empty() && month.is_empty() && year.is_empty() {
            return String::new();
        }
        format!("{year}-{month:0>2}-{day:0>2}")
    }

    fn row(&self) -> Option<RowAction> {
        if self.action == "add" {
            return Some(RowAction::Add);
        }
        let key = self.action.strip_prefix("remove:")?.parse().ok()?;
        Some(RowAction::Remove(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> AnswersForm {
        AnswersForm::read(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn boxes_without_a_tick_are_an_emptied_answer() {
        let post = form(&[
            ("asked", "/data/a"),
            ("asked", "/data/b"),
            ("/data/b", "x"),
            ("/data/b", "y"),
        ])
        .to_post("p");
        let expected = [
            ("/data/a".to_owned(), String::new()),
            ("/data/b".to_owned(), "x y".to_owned()),
        ];
        assert_eq!(post.typed, expected);
    }

    #[test]
    fn a_date_is_put_together_as_it_was_typed() {
        let sent = [
            ("asked", "/data/d"),
            ("/data/d-day", "9"),
            ("/data/d-month", "3"),
            ("/data/d-year", "2026"),
        ];
        assert_eq!(form(&sent).to_post("p").typed[0].1, "2026-03-09");
        assert_eq!(
            form(&[("asked", "/data/d"), ("/data/d-month", "13")])
                .to_post("p")
                .typed[0]
                .1,
            "-13-00"
        );
    }

    #[test]
    fn a_button_takes_out_the_row_that_it_names() {
        assert_eq!(
            form(&[("action", "remove:3")]).to_post("p").row,
            Some(RowAction::Remove(3))
        );
        assert_eq!(form(&[("action", "remove:x")]).to_post("p").row, None);
    }
}
