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
        let mut pages = Vec::new();
        self.cut(nodes, 0, "questions", title, &mut pages);
        pages
    }

    fn group_pages(&mut self, group: NodeId) -> Vec<Page> {
        let mut pages = Vec::new();
        let title = self.label(group);
        if self.program.nodes[group].kind == NodeKind::Repeat {
            self.repeat_page(group, &mut pages);
        } else {
            let name = self.program.nodes[group].name.clone();
            let children = self.program.nodes[group].children.clone();
            self.cut(&children, group, &name, &title, &mut pages);
        }
        pages
    }

    /// Questions side by side make a page; field lists and repeats among them make pages of their own.
    fn cut(&mut self, nodes: &[NodeId], group: NodeId, name: &str, title: &str, pages: &mut Vec<Page>) {
        let mut gathered: Vec<usize> = Vec::new();
        self.gather(nodes, group, name, title, &mut gathered, pages);
        self.page(group, name, title, &mut gathered, pages);
    }

    fn gather(
        &mut self,
        nodes: &[NodeId],
        group: NodeId,
        name: &str,
        title: &str,
        gathered: &mut Vec<usize>,
        pages: &mut Vec<Page>,
    ) {
        for node in nodes {
            match self.program.nodes[*node].kind {
                NodeKind::Question(place) => {
                    if self.questions[place].kind.is_shown() {
                        gathered.push(place);
                    }
                }
                NodeKind::Repeat => {
                    self.page(group, name, title, gathered, pages);
                    self.repeat_page(*node, pages);
                }
                NodeKind::Group if self.appearance(*node).iter().any(|word| word == "field-list") => {
                    self.page(group, name, title, gathered, pages);
                    pages.extend(self.group_pages(*node));
                }
                NodeKind::Group => {
                    let children = self.program.nodes[*node].children.clone();
                    self.gather(&children, group, name, title, gathered, pages);
                }
            }
        }
    }

    fn repeat_page(&mut self, repeat: NodeId, pages: &mut Vec<Page>) {
        let name = self.program.nodes[repeat].name.clone();
        let title = self.label(repeat);
        let first = pages.len();
        let children = self.program.nodes[repeat].children.clone();
        let mut gathered = Vec::new();
        self.gather_all(&children, &mut gathered, pages);
        self.page(repeat, &name, &title, &mut gathered, pages);
        // A repeat within the repeat comes after the page that adds the outer instances.
        let turn = 1.min(pages.len() - first);
        pages[first..].rotate_right(turn);
        for page in &mut pages[first..] {
            if page.path == self.program.nodes[repeat].path {
                page.repeat = Some(PageRepeat {
                    path: page.path.clone(),
                    is_counted: self.program.nodes[repeat].rules.repeat_count.is_some(),
                    appearance: self.cells[repeat]
                        .get("appearance")
                        .split_whitespace()
                        .map(str::to_owned)
                        .collect(),
                });
            }
        }
    }

    /// Everything inside a repeat is asked on its page, whatever its groups.
    fn gather_all(&mut self, nodes: &[NodeId], gathered: &mut Vec<usize>, pages: &mut Vec<Page>) {
        for node in nodes {
            match self.program.nodes[*node].kind {
                NodeKind::Question(place) if self.questions[place].kind.is_shown() => gathered.push(place),
                NodeKind::Question(_) => {}
                NodeKind::Repeat => self.repeat_page(*node, pages),
                NodeKind::Group => {
                    let children = self.program.nodes[*node].children.clone();
                    self.gather_all(&children, gathered, pages);
                }
            }
        }
    }

    fn page(
        &mut self,
        node: NodeId,
        name: &str,
        title: &str,
        gathered: &mut Vec<usize>,
        pages: &mut Vec<Page>,
    ) {
        if gathered.is_empty() {
            return;
        }
        let id = unique(name, &mut self.page_ids);
        let mut paths = Vec::with_capacity(gathered.len());
        for place in gathered.drain(..) {
            let question = &mut self.questions[place];
            question.page_id = Some(id.clone());
            paths.push(question.path.clone());
        }
        let path = self.program.nodes[node].path.clone();
        pages.push(Page {
            id,
            title: title.to_owned(),
            path,
            repeat: None,
            questions: paths,
        });
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
