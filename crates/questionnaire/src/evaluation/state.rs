use jiff::civil::Date;

use crate::answers::Answers;
use crate::program::{NodeId, NodeKind, Program};

/// Most instances that a repeat may have.
pub(super) const MAX_INSTANCES: usize = 1_000;

/// Most nodes of an instance, all repeats within repeats together.
const MAX_SLOTS: usize = 500_000;

/// Values and relevance of every node of an instance, while they are worked out and afterwards.
#[derive(Debug, Default)]
pub(super) struct State {
    pub frames: Vec<Frame>,
    /// Frames of each repeat, by node, in order.
    pub frames_of: Vec<Vec<usize>>,
    pub values: Vec<String>,
    pub relevant: Vec<bool>,
    pub today: Option<Date>,
}

/// One instance of a repeat, or the questionnaire itself.
#[derive(Debug)]
pub(super) struct Frame {
    pub repeat: NodeId,
    pub key: u32,
    pub parent: usize,
    /// Where its slots begin.
    pub base: usize,
    /// Concrete path: `/data/workforce/staff[3]`.
    pub path: String,
    /// Position among the instances of the same outer instance, from 1.
    pub position: usize,
}

impl State {
    pub(super) fn new(program: &Program, today: Date) -> State {
        let mut state = State {
            frames_of: vec![Vec::new(); program.nodes.len()],
            ..State::default()
        };
        state.today = Some(today);
        state.push_frame(
            program,
            Frame {
                repeat: 0,
                key: 0,
                parent: 0,
                base: 0,
                path: program.nodes[0].path.clone(),
                position: 1,
            },
        );
        state
    }

    fn push_frame(&mut self, program: &Program, frame: Frame) {
        let size = program.nodes[frame.repeat].frame_size;
        self.values.resize(frame.base + size, String::new());
        self.relevant.resize(frame.base + size, true);
        self.frames_of[frame.repeat].push(self.frames.len());
        self.frames.push(frame);
    }

    /// Makes the instances of a repeat within one outer frame: those answered, or as many as are counted.
    pub(super) fn add_instances(
        &mut self,
        program: &Program,
        answers: &Answers,
        place: (NodeId, usize),
        count: Option<usize>,
    ) {
        let (repeat, outer) = place;
        let path = self.path(program, repeat, outer);
        let mut keys: Vec<u32> = answers.instances(&path).to_vec();
        if let Some(count) = count {
            let mut next = answers.next_key(&path);
            while keys.len() < count {
                keys.push(next);
                next = next.saturating_add(1);
            }
            keys.truncate(count);
        }
        keys.truncate(MAX_INSTANCES);
        for (place, key) in keys.into_iter().enumerate() {
            if self.values.len() > MAX_SLOTS {
                return;
            }
            let base = self.values.len();
            let path = format!("{path}[{key}]");
            self.push_frame(
                program,
                Frame {
                    repeat,
                    key,
                    parent: outer,
                    base,
                    path,
                    position: place + 1,
                },
            );
        }
    }

    /// The concrete path of a node in a frame; for a repeat seen from outside, the frame around it.
    pub(super) fn path(&self, program: &Program, node: NodeId, frame: usize) -> String {
        let frame = &self.frames[frame];
        let node = &program.nodes[node];
        if frame.repeat == 0 {
            return node.path.clone();
        }
        let mut path = String::with_capacity(frame.path.len() + 24);
        path.push_str(&frame.path);
        path.push_str(&node.path[program.nodes[frame.repeat].path.len()..]);
        path
    }

    /// Where the value and relevance of a node in a frame of its own repeat are kept.
    pub(super) fn slot(&self, program: &Program, node: NodeId, frame: usize) -> usize {
        self.frames[frame].base + program.nodes[node].slot
    }

    /// Where the relevance of a repeat as a whole is kept, in the frame around it.
    pub(super) fn container_slot(&self, program: &Program, repeat: NodeId, outer: usize) -> usize {
        self.frames[outer].base + program.nodes[repeat].container
    }

    /// The frame of a repeat around a frame, or the root's; none when the repeat is not around it.
    pub(super) fn frame_around(&self, frame: usize, repeat: NodeId) -> Option<usize> {
        let mut frame = frame;
        loop {
            if self.frames[frame].repeat == repeat {
                return Some(frame);
            }
            if frame == 0 {
                return None;
            }
            frame = self.frames[frame].parent;
        }
    }

    /// Finds the place of a concrete path; for a repeat without key, the repeat as a whole.
    pub(super) fn locate(&self, program: &Program, path: &str) -> Option<(NodeId, usize)> {
        let template = if path.contains('[') {
            crate::answers::template_path(path)
        } else {
            path.to_owned()
        };
        let node = *program.by_path.get(&template)?;
        let mut frame = 0;
        let mut keys = path
            .split('[')
            .skip(1)
            .map(|rest| rest.split(']').next().unwrap_or(""));
        let around = program.repeats_around(node);
        for repeat in &around {
            let Some(key) = keys.next() else {
                let is_whole = *repeat == node && program.nodes[node].kind == NodeKind::Repeat;
                return is_whole.then_some((node, frame));
            };
            let key: u32 = key.parse().ok()?;
            let instances = self.frames_of[*repeat].iter().copied();
            frame = instances
                .into_iter()
                .find(|id| self.frames[*id].parent == frame && self.frames[*id].key == key)?;
        }
        Some((node, frame))
    }
}
