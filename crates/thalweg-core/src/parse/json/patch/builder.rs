//! Compares two values and records what makes the one of the other.

use super::places::{Place, Places};
use super::runs::runs;
use super::stored::Stored;
use super::{PatchOp, Path, Step};
use crate::parse::json::delta::delta;
use crate::parse::json::same::same_json;
use crate::value::{Dynamic, List, Map, Text};

pub(super) fn patch(from: &Dynamic, to: &Dynamic) -> Vec<PatchOp> {
    let mut builder = Builder {
        places: Places::new(),
        ops: Vec::new(),
        added: Stored::default(),
        removed: Stored::default(),
    };
    match (from, to) {
        (Dynamic::Map(from), Dynamic::Map(to)) => builder.maps(Places::ROOT, from, to),
        (Dynamic::List(from), Dynamic::List(to)) => builder.lists(Places::ROOT, from, to),
        _ if same_json(from, to) => {}
        _ => builder.ops.push(Some(Op { place: Places::ROOT, kind: Kind::Replace(to.clone()) })),
    }
    builder.finish()
}

/// While comparing, the places know the document as the operations so far have made it. An operation that is
/// withdrawn, because a later one makes a move of it, leaves its place empty.
struct Builder {
    places: Places,
    ops: Vec<Option<Op>>,
    added: Stored,
    removed: Stored,
}

struct Op {
    place: Place,
    kind: Kind,
}

enum Kind {
    Add(Dynamic),
    Remove,
    Replace(Dynamic),
    MoveFrom(Place),
}

impl Builder {
    fn maps(&mut self, place: Place, from: &Map, to: &Map) {
        let delta = delta(from, to);
        for (key, old) in delta.removed {
            self.remove(place, &Step::Key(key.clone()), old);
        }
        for (key, new) in delta.added {
            self.add(place, &Step::Key(key.clone()), new);
        }
        for (key, old, new) in delta.kept {
            let step = Step::Key(key.clone());
            if !self.containers(place, &step, old, new) && !same_json(old, new) {
                let place = self.places.inner(place, &step);
                self.push(place, Kind::Replace(new.clone()));
            }
        }
    }

    fn lists(&mut self, place: Place, from: &List, to: &List) {
        for run in runs(from, to) {
            let (old_len, new_len) = (run.from.1 - run.from.0, run.to.1 - run.to.0);
            let paired = old_len.min(new_len);
            let pairs = from.iter_from(run.from.0).zip(to.iter_from(run.to.0));
            for (index, (old, new)) in (run.to.0..).zip(pairs.take(paired)) {
                let step = Step::Index(index);
                if !self.containers(place, &step, old, new) && !same_json(old, new) {
                    self.remove(place, &step, old);
                    self.add(place, &step, new);
                }
            }
            let end = run.to.0 + paired;
            for old in from.iter_from(run.from.0 + paired).take(old_len - paired) {
                self.remove(place, &Step::Index(end), old);
            }
            for (index, new) in (end..).zip(to.iter_from(end).take(new_len - paired)) {
                self.add(place, &Step::Index(index), new);
            }
        }
    }

    /// Compares two objects or two lists at a place; whether it was one of these.
    fn containers(&mut self, outer: Place, step: &Step, old: &Dynamic, new: &Dynamic) -> bool {
        match (old, new) {
            (Dynamic::Map(old), Dynamic::Map(new)) => {
                let place = self.places.inner(outer, step);
                self.maps(place, old, new);
            }
            (Dynamic::List(old), Dynamic::List(new)) => {
                let place = self.places.inner(outer, step);
                self.lists(place, old, new);
            }
            _ => return false,
        }
        true
    }

    fn push(&mut self, place: Place, kind: Kind) -> usize {
        self.ops.push(Some(Op { place, kind }));
        self.ops.len() - 1
    }

    fn withdraw(&mut self, op: usize) -> Option<Place> {
        Some(self.ops.get_mut(op)?.take()?.place)
    }

    fn add(&mut self, outer: Place, step: &Step, value: &Dynamic) {
        if let Some(op) = self.removed.take(value)
            && let Some(removed) = self.ops.get(op).and_then(|op| op.as_ref()).map(|op| op.place)
        {
            let source = self.places.path(removed);
            let mut target = self.places.path(outer);
            target.push(step.clone());
            // Nothing can be moved into itself.
            if !(target.len() > source.len() && target.starts_with(&source)) {
                self.withdraw(op);
                if source == target {
                    // What was removed stays.
                    self.places.set_present(removed, true);
                } else {
                    let place = self.places.new_inner(outer, step);
                    self.push(place, Kind::MoveFrom(removed));
                }
                return;
            }
        }
        let place = self.places.new_inner(outer, step);
        let op = self.push(place, Kind::Add(value.clone()));
        self.added.put(value.clone(), op);
    }

    fn remove(&mut self, outer: Place, step: &Step, value: &Dynamic) {
        let place = self.places.inner(outer, step);
        if let Some(op) = self.added.take(value)
            && let Some(added) = self.ops.get(op).and_then(|op| op.as_ref()).map(|op| op.place)
        {
            let target = self.places.path(added);
            let mut source = self.places.path(outer);
            source.push(step.clone());
            self.withdraw(op);
            if without(source, &target) == target {
                // What was to be removed stays where the other would have been added.
                self.places.set_present(added, false);
            } else {
                self.places.set_present(place, false);
                self.push(added, Kind::MoveFrom(place));
            }
            return;
        }
        self.places.set_present(place, false);
        let op = self.push(place, Kind::Remove);
        self.removed.put(value.clone(), op);
    }

    /// Goes through the operations once more, from the beginning, for the indices at which they apply.
    fn finish(mut self) -> Vec<PatchOp> {
        self.places.reset();
        let mut out: Vec<PatchOp> = Vec::new();
        for Op { place, kind } in self.ops.into_iter().flatten() {
            let from = match kind {
                Kind::MoveFrom(from) => {
                    let path = pointer(self.places.path(from));
                    self.places.set_present(from, false);
                    Some(path)
                }
                _ => None,
            };
            let path = pointer(self.places.path(place));
            match kind {
                Kind::Replace(_) => {}
                Kind::Remove => self.places.set_present(place, false),
                Kind::Add(_) | Kind::MoveFrom(_) => self.places.set_present(place, true),
            }
            let op = match (kind, from) {
                (Kind::Add(value), _) => {
                    match out.pop_if(|op| matches!(op, PatchOp::Remove { path: p } if *p == path)) {
                        Some(_) => PatchOp::Replace { path, value },
                        None => PatchOp::Add { path, value },
                    }
                }
                (Kind::Replace(value), _) => PatchOp::Replace { path, value },
                (_, Some(from)) => PatchOp::Move { from, path },
                (_, None) => PatchOp::Remove { path },
            };
            out.push(op);
        }
        out
    }
}

fn pointer(path: Vec<Step>) -> Text {
    Path(path).to_string().into()
}

/// A path as it is when the item at `gone` is not there.
fn without(mut path: Vec<Step>, gone: &[Step]) -> Vec<Step> {
    if let Some((Step::Index(gone), list)) = gone.split_last()
        && path.starts_with(list)
        && let Some(Step::Index(index)) = path.get_mut(list.len())
        && *index > *gone
    {
        *index -= 1;
    }
    path
}
