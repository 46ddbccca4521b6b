use std::collections::HashSet;

use crate::columns::Cells;
use crate::program::{NodeId, NodeKind, Program};
use crate::question::Question;

/// A top-level group: one entry of the task list.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The group's name with hyphens for underscores; unique, fit for a URL.
    pub id: String,
    /// What the task list calls it.
    pub label: String,
    /// Its pages in order; never empty.
    pub pages: Vec<Page>,
}

/// What is shown and saved together.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Unique within the questionnaire, fit for a URL.
    pub id: String,
    /// Heading of the page.
    pub title: String,
    /// Template path of the group or repeat it shows.
    pub path: String,
    /// Set when the page is a repeat: its questions are asked once for each instance.
    pub repeat: Option<PageRepeat>,
    /// Template paths of the questions shown, in order; notes and shown calculations are among them.
    pub questions: Vec<String>,
}

/// How the instances of a repeat page come into being.
#[derive(Debug, Clone, PartialEq)]
pub struct PageRepeat {
    /// Template path of the repeat.
    pub path: String,
    /// Whether the number of instances is worked out from other answers, so that nobody adds or removes any.
    pub is_counted: bool,
    /// Words of the repeat's appearance column, for example `table`.
    pub appearance: Vec<String>,
}

/// Cuts the questionnaire into sections and pages, and notes on each question where it is shown.
pub(crate) fn sections(
    program: &Program,
    cells: &[Cells],
    questions: &mut [Question],
    title: &str,
) -> Vec<Section> {
    let mut cutter = Cutter {
        program,
        cells,
        questions,
        page_ids: HashSet::new(),
    };
    let mut sections: Vec<Section> = Vec::new();
    let mut section_ids = HashSet::new();
    let mut loose: Vec<NodeId> = Vec::new();
    let mut push = |name: &str, label: String, pages: Vec<Page>| {
        if !pages.is_empty() {
            sections.push(Section {
                id: unique(name, &mut section_ids),
                label,
                pages,
            });
        }
    };
    for child in &program.nodes[0].children {
        if matches!(program.nodes[*child].kind, NodeKind::Question(_)) {
            loose.push(*child);
            continue;
        }
        let label = if title.is_empty() { "Questions" } else { title };
        push(
            "questions",
            label.to_owned(),
            cutter.loose_pages(&std::mem::take(&mut loose), label),
        );
        let label = cutter.label(*child);
        push(&program.nodes[*child].name, label, cutter.group_pages(*child));
    }
    let label = if title.is_empty() { "Questions" } else { title };
    push("questions", label.to_owned(), cutter.loose_pages(&loose, label));
    sections
}

struct Cutter<'a> {
    program: &'a Program,
    cells: &'a [Cells],
    questions: &'a mut [Question],
    page_ids: HashSet<String>,
}

impl Cutter<'_> {
    fn label(&self, node: NodeId) -> String {
        self.cells[node]
            .optional("label")
            .unwrap_or_else(|| self.program.nodes[node].name.replace('_', " "))
    }

    fn appearance(&self, node: NodeId) -> Vec<String> {
        self.cells[node]
            .get("appearance")
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    }

    fn loose_pages(&mut self, nodes: &[NodeId], title: &str) -> Vec<Page> {
        let mut draft = Draft::new(0, "questions", title);
        self.gather(nodes, &mut draft);
        self.finish(&mut draft);
        draft.pages
    }

    fn group_pages(&mut self, group: NodeId) -> Vec<Page> {
        if self.program.nodes[group].kind == NodeKind::Repeat {
            return self.repeat_pages(group);
        }
        let mut draft = Draft::new(group, &self.program.nodes[group].name, &self.label(group));
        self.gather(&self.program.nodes[group].children, &mut draft);
        self.finish(&mut draft);
        draft.pages
    }

    /// Questions side by side make a page; field lists and repeats among them make pages of their own.
    fn gather(&mut self, nodes: &[NodeId], draft: &mut Draft) {
        for node in nodes {
            match self.program.nodes[*node].kind {
                NodeKind::Question(place) if self.questions[place].kind.is_shown() => {
                    draft.gathered.push(place);
                }
                NodeKind::Question(_) => {}
                NodeKind::Group if !self.appearance(*node).iter().any(|word| word == "field-list") => {
                    self.gather(&self.program.nodes[*node].children, draft);
                }
                NodeKind::Group | NodeKind::Repeat => {
                    self.finish(draft);
                    let pages = self.group_pages(*node);
                    draft.pages.extend(pages);
                }
            }
        }
    }

    /// The page of a repeat, then those of the repeats within it.
    fn repeat_pages(&mut self, repeat: NodeId) -> Vec<Page> {
        let mut draft = Draft::new(repeat, &self.program.nodes[repeat].name, &self.label(repeat));
        let mut inner = Vec::new();
        self.gather_instance(&self.program.nodes[repeat].children, &mut draft, &mut inner);
        self.finish(&mut draft);
        let own = PageRepeat {
            path: self.program.nodes[repeat].path.clone(),
            is_counted: self.program.nodes[repeat].rules.repeat_count.is_some(),
            appearance: self.appearance(repeat),
        };
        for page in &mut draft.pages {
            page.repeat = Some(own.clone());
        }
        for repeat in inner {
            let pages = self.repeat_pages(repeat);
            draft.pages.extend(pages);
        }
        draft.pages
    }

    /// Everything inside a repeat is asked on its page, whatever its groups.
    fn gather_instance(&mut self, nodes: &[NodeId], draft: &mut Draft, inner: &mut Vec<NodeId>) {
        for node in nodes {
            match self.program.nodes[*node].kind {
                NodeKind::Question(place) if self.questions[place].kind.is_shown() => {
                    draft.gathered.push(place);
                }
                NodeKind::Question(_) => {}
                NodeKind::Repeat => inner.push(*node),
                NodeKind::Group => self.gather_instance(&self.program.nodes[*node].children, draft, inner),
            }
        }
    }

    /// Makes a page of the questions gathered so far, if any.
    fn finish(&mut self, draft: &mut Draft) {
        if draft.gathered.is_empty() {
            return;
        }
        let id = unique(&draft.name, &mut self.page_ids);
        let mut questions = Vec::with_capacity(draft.gathered.len());
        for place in draft.gathered.drain(..) {
            let question = &mut self.questions[place];
            question.page_id = Some(id.clone());
            questions.push(question.path.clone());
        }
        let path = self.program.nodes[draft.node].path.clone();
        draft.pages.push(Page {
            id,
            title: draft.title.clone(),
            path,
            repeat: None,
            questions,
        });
    }
}

/// Pages of one group in the making.
struct Draft {
    node: NodeId,
    name: String,
    title: String,
    /// Questions of the page that is not finished, by their place.
    gathered: Vec<usize>,
    pages: Vec<Page>,
}

impl Draft {
    fn new(node: NodeId, name: &str, title: &str) -> Draft {
        let (name, title) = (name.to_owned(), title.to_owned());
        Draft {
            node,
            name,
            title,
            gathered: Vec::new(),
            pages: Vec::new(),
        }
    }
}

/// A name fit for a URL that was not given before.
fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    let slug: String = name
        .to_lowercase()
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .collect();
    let mut id = slug.clone();
    let mut number = 2;
    while !taken.insert(id.clone()) {
        id = format!("{slug}-{number}");
        number += 1;
    }
    id
}
