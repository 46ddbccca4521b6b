use std::sync::Arc;

use jiff::civil::Date;

use crate::answers::Answers;
use crate::compile;
use crate::evaluation::{self, Evaluation};
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::program::{NodeKind, Program};
use crate::question::Question;
use crate::workbook::Workbook;

/// A questionnaire compiled from its spreadsheet: it never changes, and threads may share it.
#[derive(Debug, Clone)]
pub struct Questionnaire {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) language: String,
    pub(crate) sections: Vec<Section>,
    pub(crate) questions: Vec<Question>,
    pub(crate) warnings: Vec<Problem>,
    pub(crate) program: Arc<Program>,
}

impl Questionnaire {
    /// Compiles a workbook; refused with every fault at once, each with its sheet, row and column.
    pub fn compile(workbook: &Workbook) -> Result<Questionnaire, Vec<Problem>> {
        compile::compile(workbook)
    }

    /// Reads and compiles the bytes of a file.
    pub fn read(file_name: &str, bytes: &[u8]) -> Result<Questionnaire, Vec<Problem>> {
        let workbook = Workbook::read(file_name, bytes).map_err(|problem| vec![problem])?;
        Questionnaire::compile(&workbook)
    }

    /// What the author should know but need not change.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// The `form_id` of the settings, or the name of the root.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The `form_title` of the settings.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The `version` of the settings; empty when there is none.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The language whose labels are used; empty for the plain columns.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The top-level groups in order; loose top-level questions make a section of their own.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// All pages in order.
    pub fn pages(&self) -> impl Iterator<Item = &Page> {
        self.sections.iter().flat_map(|section| &section.pages)
    }

    /// The page of an id.
    pub fn page(&self, page_id: &str) -> Option<&Page> {
        self.pages().find(|page| page.id == page_id)
    }

    /// The section a page belongs to.
    pub fn section_of(&self, page_id: &str) -> Option<&Section> {
        self.sections
            .iter()
            .find(|section| section.pages.iter().any(|page| page.id == page_id))
    }

    /// The question of a path, template or concrete.
    pub fn question(&self, path: &str) -> Option<&Question> {
        let node = match self.program.by_path.get(path) {
            Some(node) => *node,
            None => *self.program.by_path.get(&crate::answers::template_path(path))?,
        };
        match self.program.nodes[node].kind {
            NodeKind::Question(place) => self.questions.get(place),
            _ => None,
        }
    }

    /// All questions in the order of the survey sheet.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The questions that measure a concept (`bind::csm:concept`).
    pub fn questions_with_concept(&self, concept: &str) -> Vec<&Question> {
        self.questions
            .iter()
            .filter(|question| question.concept.as_deref() == Some(concept))
            .collect()
    }

    /// The template paths of the repeats, outer ones first.
    pub fn repeats(&self) -> Vec<&str> {
        let nodes = self.program.nodes.iter();
        nodes
            .filter(|node| node.kind == NodeKind::Repeat)
            .map(|node| node.path.as_str())
            .collect()
    }

    /// Answers to begin with: defaults filled in, and one instance of each repeat that is not counted.
    ///
    /// Defaults are given once, here, and never again when a person clears them.
    pub fn begin(&self, today: Date) -> Answers {
        evaluation::begin(self, today)
    }

    /// Adds an instance to a repeat with the defaults of its questions; none when there is no such repeat.
    pub fn add_instance(&self, answers: &mut Answers, repeat_path: &str, today: Date) -> Option<u32> {
        evaluation::add_instance(self, answers, repeat_path, today)
    }

    /// Everything that follows from the answers: what is relevant, required, calculated, offered and wrong.
    ///
    /// The clock is an argument: `today` is the respondent's civil date.
    pub fn evaluate(&self, answers: &Answers, today: Date) -> Evaluation {
        evaluation::evaluate(self, answers, today)
    }
}
