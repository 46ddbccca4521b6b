use super::Evaluation;
use crate::page::{Page, Section};
use crate::program::{Code, NodeKind};

/// How far a page or section is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionState {
    /// Nothing was answered beyond what was filled in beforehand.
    NotStarted,
    /// Something was answered; something is missing or wrong.
    InProgress,
    /// Nothing is missing or wrong, and something was answered where anything is asked.
    Complete,
    /// Nothing on it is asked, because of other answers.
    NotApplicable,
}

/// What a page holds.
#[derive(Default)]
struct Tally {
    shown: usize,
    asked: usize,
    answered: usize,
    /// Answers that are not what the form began with.
    changed: usize,
    problems: usize,
}

impl Tally {
    fn state(&self) -> SectionState {
        match self {
            Tally { shown: 0, .. } => SectionState::NotApplicable,
            Tally {
                problems: 0,
                asked: 0,
                ..
            } => SectionState::Complete,
            Tally { answered: 0, .. } => SectionState::NotStarted,
            Tally { problems: 0, .. } => SectionState::Complete,
            Tally { changed: 0, .. } => SectionState::NotStarted,
            _ => SectionState::InProgress,
        }
    }
}

impl Evaluation {
    /// How far a page is.
    pub fn page_state(&self, page: &Page) -> SectionState {
        let mut tally = Tally::default();
        self.count(page, &mut tally);
        tally.state()
    }

    /// How far a section is: all its pages together.
    pub fn section_state(&self, section: &Section) -> SectionState {
        let mut tally = Tally::default();
        for page in &section.pages {
            self.count(page, &mut tally);
        }
        tally.state()
    }

    fn count(&self, page: &Page, tally: &mut Tally) {
        if let Some(repeat) = &page.repeat {
            self.count_repeat(&repeat.path, tally);
        }
        for path in &page.questions {
            let Some(node) = self.program.by_path.get(path).copied() else {
                continue;
            };
            for frame in &self.state.frames_of[self.program.nodes[node].frame] {
                let slot = self.state.slot(&self.program, node, *frame);
                let Some(state) = self
                    .place_of_slot
                    .get(slot)
                    .and_then(|place| self.nodes.get(*place))
                else {
                    continue;
                };
                if !state.relevant {
                    continue;
                }
                tally.shown += 1;
                tally.asked += usize::from(!state.read_only);
                if !state.read_only && !state.value.is_empty() {
                    tally.answered += 1;
                    tally.changed += usize::from(!self.is_default(node, &state.value));
                }
                tally.problems += usize::from(state.problem.is_some());
            }
        }
    }

    fn is_default(&self, node: usize, value: &str) -> bool {
        matches!(&self.program.nodes[node].rules.default, Some(Code::Text(default)) if default == value)
    }

    /// An empty repeat is there to be filled, as long as it is relevant anywhere.
    fn count_repeat(&self, path: &str, tally: &mut Tally) {
        let Some(node) = self.program.by_path.get(path).copied() else {
            return;
        };
        if self.program.nodes[node].kind != NodeKind::Repeat {
            return;
        }
        let outer = self.program.nodes[node]
            .parent
            .map_or(0, |parent| self.program.nodes[parent].frame);
        for frame in &self.state.frames_of[outer] {
            let slot = self.state.container_slot(&self.program, node, *frame);
            let counted = self.program.nodes[node].rules.repeat_count.is_some();
            if self.state.relevant[slot] && !counted {
                tally.shown += 1;
                tally.asked += 1;
            }
        }
    }
}
