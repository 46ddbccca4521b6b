//! Pieces that pages hand to the templates: choices, tasks, tables, pages of a list.

use serde::Serialize;

/// One of several answers to choose from (`forms.radios`, `forms.checkboxes`, `forms.select`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub text: String,
    /// A second, smaller line.
    pub hint: Option<String>,
    /// Safe HTML shown when it is chosen, such as a further question.
    pub html: Option<String>,
    /// Whether it unticks the others, as "None of these" does.
    pub is_exclusive: bool,
}

impl Choice {
    /// A choice without a hint.
    pub fn new(value: &str, text: &str) -> Choice {
        Choice {
            value: value.to_owned(),
            text: text.to_owned(),
            ..Choice::default()
        }
    }

    /// Adds a second, smaller line.
    #[must_use]
    pub fn with_hint(mut self, hint: &str) -> Choice {
        self.hint = Some(hint.to_owned());
        self
    }
}

/// A piece of work in a task list (`parts.task_list`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Task {
    /// What is to be done.
    pub text: String,
    /// Where; none if it cannot be started yet.
    pub href: Option<String>,
    /// A second, smaller line.
    pub hint: Option<String>,
    /// How far it is: "Completed", "Incomplete", "In progress", "Cannot start yet".
    pub status: String,
    /// The colour of the status, such as "blue"; none for what asks for no attention.
    pub colour: Option<String>,
}

/// A line of a summary list (`parts.summary_list`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SummaryRow {
    /// What was asked.
    pub key: String,
    /// What was answered; empty reads "Not provided".
    pub value: String,
    /// Where it can be changed, if it can.
    pub href: Option<String>,
    /// What the link changes, for those who hear the link alone; the key if left out.
    pub what: Option<String>,
}

/// A table with a caption (`parts.table`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What it shows: measure, place, period.
    pub caption: String,
    /// The headings; the first column names its row.
    pub columns: Vec<Column>,
    /// The rows, each with as many cells as there are columns.
    pub rows: Vec<Vec<Cell>>,
    /// The row at the foot.
    pub total: Option<Vec<Cell>>,
    /// What is said when there are no rows.
    pub when_empty: String,
    /// Footnotes.
    pub notes: Vec<String>,
}

/// The heading of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Column {
    /// What it says.
    pub text: String,
    /// Whether the column has numbers, which stand at the right.
    pub is_number: bool,
}

impl Column {
    /// A column of words.
    pub fn words(text: &str) -> Column {
        Column {
            text: text.to_owned(),
            is_number: false,
        }
    }

    /// A column of numbers.
    pub fn numbers(text: &str) -> Column {
        Column {
            text: text.to_owned(),
            is_number: true,
        }
    }
}

/// A cell: words, a link or a coloured status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// What it says; never empty (use "[x]" or "Not provided").
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
    /// The colour of a status, such as "green".
    pub colour: Option<String>,
}

impl Cell {
    /// A cell with words or a finished number.
    pub fn new(text: impl ToString) -> Cell {
        Cell {
            text: text.to_string(),
            ..Cell::default()
        }
    }

    /// A cell that leads somewhere.
    pub fn link(text: &str, href: &str) -> Cell {
        Cell {
            text: text.to_owned(),
            href: Some(href.to_owned()),
            colour: None,
        }
    }

    /// A cell with a coloured status.
    pub fn status(text: &str, colour: &str) -> Cell {
        Cell {
            text: text.to_owned(),
            href: None,
            colour: Some(colour.to_owned()),
        }
    }
}

/// The way through a long list (`govukPagination(pagination)`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pagination {
    /// The page before, unless this is the first.
    pub previous: Option<PageHref>,
    /// The page after, unless this is the last.
    pub next: Option<PageHref>,
    /// The numbers shown.
    pub items: Vec<PageNumber>,
}

/// Where another page of a list is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageHref {
    /// Its address.
    pub href: String,
}

/// A number in the way through a list, or the dots that stand for several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PageNumber {
    /// The number; none for dots.
    pub number: Option<usize>,
    /// The address of that page.
    pub href: Option<String>,
    /// Whether it is the page that is shown; the component calls it `current`.
    #[serde(rename = "current")]
    pub is_current: bool,
    /// Whether it is dots; the component calls it `ellipsis`.
    #[serde(rename = "ellipsis")]
    pub is_dots: bool,
}

impl Pagination {
    /// The way from page `current` of `count` (both from 1), where `address` ends in what the number follows:
    /// `/services?page=`. None if everything is on one page.
    pub fn new(current: usize, count: usize, address: &str) -> Option<Pagination> {
        if count < 2 {
            return None;
        }
        let href = |number: usize| format!("{address}{number}");
        let mut items = Vec::new();
        let mut last_shown = 0;
        for number in 1..=count {
            let is_near = number.abs_diff(current) <= 1;
            if number != 1 && number != count && !is_near {
                continue;
            }
            if number > last_shown + 1 {
                items.push(PageNumber {
                    is_dots: true,
                    ..PageNumber::default()
                });
            }
            let is_current = number == current;
            items.push(PageNumber {
                number: Some(number),
                href: Some(href(number)),
                is_current,
                is_dots: false,
            });
            last_shown = number;
        }
        Some(Pagination {
            previous: (current > 1).then(|| PageHref {
                href: href(current - 1),
            }),
            next: (current < count).then(|| PageHref {
                href: href(current + 1),
            }),
            items,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(current: usize, count: usize) -> String {
        let Some(pagination) = Pagination::new(current, count, "/services?page=") else {
            return String::new();
        };
        let mut words = Vec::new();
        for item in pagination.items {
            words.push(match item.number {
                Some(number) if item.is_current => format!("[{number}]"),
                Some(number) => number.to_string(),
                None => "…".to_owned(),
            });
        }
        words.join(" ")
    }

    #[test]
    fn a_list_on_one_page_has_no_way_through_it() {
        assert_eq!(Pagination::new(1, 1, "/services?page="), None);
        assert_eq!(Pagination::new(1, 0, "/services?page="), None);
    }

    #[test]
    fn the_first_the_last_and_the_neighbours_are_shown() {
        assert_eq!(shown(1, 2), "[1] 2");
        assert_eq!(shown(1, 9), "[1] 2 … 9");
        assert_eq!(shown(5, 9), "1 … 4 [5] 6 … 9");
        assert_eq!(shown(9, 9), "1 … 8 [9]");
    }

    #[test]
    fn the_first_page_has_nothing_before_it_and_the_last_nothing_after() {
        let first = Pagination::new(1, 3, "/services?page=").unwrap();
        assert_eq!(
            (first.previous, first.next.unwrap().href.as_str()),
            (None, "/services?page=2")
        );
        let last = Pagination::new(3, 3, "/services?page=").unwrap();
        assert_eq!(
            (last.previous.unwrap().href.as_str(), last.next),
            ("/services?page=2", None)
        );
    }
}
