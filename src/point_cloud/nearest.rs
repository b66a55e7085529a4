//! Finding nearest points without looking at all of them.
//!
//! Why not a library: of the crates for it, kdtree 0.8 overflows its stack on huge coordinates and
//! does not come to an end on many equal points, rstar and kiddo fix the number of dimensions when
//! they are compiled and take any of several equally near points, and kiddo brings twenty crates.

use super::cloud::Cloud;
use super::gap::{Unit, square};

/// So many points lie in a leaf, and are measured at once.
const LEAF: usize = 16;

/// With more dimensions than this, boxes exclude too little to pay: all points are one leaf.
const MOST_DIMS: usize = 8;

/// A k-d tree: the cloud is halved along its widest axis, and the halves likewise, down to leaves.
///
/// It is always balanced, because it is halved by number and not by place: points that lie in one
/// place, or huge distances apart, make it no deeper. Its answers are those of a search through all
/// points, ties included: of points just as near (after rounding) the first one is found.
///
/// For clouds of n points a search takes about log n steps. It takes n of them where everything is
/// nearly equally far, as for points on a sphere that are seen from its centre.
///
/// Source: J. L. Bentley, "Multidimensional binary search trees used for associative searching",
/// Communications of the ACM 18 (1975); J. H. Friedman, J. L. Bentley, R. A. Finkel, "An algorithm
/// for finding best matches in logarithmic expected time" (1977).
#[derive(Debug)]
pub(super) struct Tree<'a> {
    cloud: &'a Cloud,
    /// The points' indices, leaf after leaf.
    order: Vec<usize>,
    /// The points in that order, by sixteen: first all of their first coordinates, then their
    /// second ones. The last sixteen are filled up with infinities, which are near to nothing.
    blocks: Vec<f64>,
    /// A node's left child follows it.
    nodes: Vec<Node>,
    /// The box around a node's points: for each axis the lowest and the highest coordinate.
    boxes: Vec<[f64; 2]>,
}

#[derive(Debug)]
struct Node {
    /// The smallest of its points' indices.
    first: usize,
    /// The places in `order` that it covers.
    start: usize,
    end: usize,
    /// The right child; a leaf has none.
    right: Option<usize>,
}

/// The nearest point so far, and its squared distance.
#[derive(Debug, Clone, Copy)]
struct Found {
    square: f64,
    index: usize,
}

impl<'a> Tree<'a> {
    pub(super) fn new(cloud: &'a Cloud) -> Self {
        let order = (0..cloud.count).collect();
        let (blocks, nodes, boxes) = (Vec::new(), Vec::new(), Vec::new());
        let mut tree = Self { cloud, order, blocks, nodes, boxes };
        tree.grow(0, cloud.count);
        for leaf in tree.order.chunks(LEAF) {
            for axis in 0..cloud.width {
                let values = leaf.iter().map(|&index| cloud.row(index)[axis]);
                tree.blocks
                    .extend(values.chain(std::iter::repeat_n(f64::INFINITY, LEAF - leaf.len())));
            }
        }
        tree
    }

    /// Adds a node for these places of the order, and everything below it.
    fn grow(&mut self, start: usize, end: usize) -> usize {
        let (cloud, node) = (self.cloud, self.nodes.len());
        let places = &mut self.order[start..end];
        let first = places.iter().copied().min().unwrap_or(usize::MAX);
        self.nodes.push(Node { first, start, end, right: None });
        let mut widest = (0.0, 0);
        for axis in 0..cloud.width {
            let values = places.iter().map(|&index| cloud.row(index)[axis]);
            let [low, high] = values
                .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| {
                    [value.min(low), value.max(high)]
                });
            self.boxes.push([low, high]);
            // Halves, since the difference may overflow.
            let width = high / 2.0 - low / 2.0;
            if width > widest.0 {
                widest = (width, axis);
            }
        }
        if places.len() > LEAF && cloud.width <= MOST_DIMS {
            // Only the last leaf of all may hold fewer than sixteen.
            let half = (places.len() / 2).next_multiple_of(LEAF);
            let coordinate = |&index: &usize| cloud.row(index)[widest.1];
            places.select_nth_unstable_by(half, |left, right| {
                coordinate(left).total_cmp(&coordinate(right))
            });
            self.grow(start, start + half);
            self.nodes[node].right = Some(self.grow(start + half, end));
        }
        node
    }

    /// For each of the other cloud's points the index of the one nearest to it in this cloud.
    pub(super) fn nearest_to_each(&self, others: &Tree) -> Vec<usize> {
        let mut nearest = vec![0; others.order.len()];
        // Neighbours come after each other, and have the same neighbours: a good first guess.
        let mut guess = 0;
        for &other in &others.order {
            guess = self.nearest(others.cloud.row(other), guess);
            nearest[other] = guess;
        }
        nearest
    }

    fn nearest(&self, query: &[f64], guess: usize) -> usize {
        let found = self.search(Unit::One, query, guess);
        let same = found.square == 0.0 && self.cloud.row(found.index) == query;
        match Unit::for_square(found.square) {
            _ if same => found.index,
            Unit::One => found.index,
            unit => self.search(unit, query, found.index).index,
        }
    }

    fn search(&self, unit: Unit, query: &[f64], guess: usize) -> Found {
        // A unit that the compiler knows makes for a fast inner loop.
        let square = square(unit, query, self.cloud.row(guess));
        let mut best = Found { square, index: guess };
        match unit {
            Unit::One => self.visit(0, query, &|a, b| Unit::One.difference(a, b), &mut best),
            Unit::Large => self.visit(0, query, &|a, b| Unit::Large.difference(a, b), &mut best),
            Unit::Small => self.visit(0, query, &|a, b| Unit::Small.difference(a, b), &mut best),
        }
        best
    }

    fn visit(
        &self,
        node: usize,
        query: &[f64],
        difference: &impl Fn(f64, f64) -> f64,
        best: &mut Found,
    ) {
        let Some(right) = self.nodes[node].right else {
            return self.visit_leaf(&self.nodes[node], query, difference, best);
        };
        let mut children = [node + 1, right].map(|child| Found {
            square: self.square_to_box(child, query, difference),
            index: child,
        });
        if children[1].square < children[0].square {
            children.reverse();
        }
        for child in children {
            // What is just as near matters only if it comes first.
            let first = self.nodes[child.index].first;
            if child.square < best.square || (child.square == best.square && first < best.index) {
                self.visit(child.index, query, difference, best);
            }
        }
    }

    fn visit_leaf(
        &self,
        node: &Node,
        query: &[f64],
        difference: &impl Fn(f64, f64) -> f64,
        best: &mut Found,
    ) {
        let size = self.cloud.width * LEAF;
        let blocks = self.blocks[node.start / LEAF * size..].chunks_exact(size);
        for (indices, block) in self.order[node.start..node.end].chunks(LEAF).zip(blocks) {
            let mut squares = [0.0; LEAF];
            for (values, &coordinate) in block.chunks_exact(LEAF).zip(query) {
                for (square, &value) in squares.iter_mut().zip(values) {
                    let difference = difference(value, coordinate);
                    *square += difference * difference;
                }
            }
            for (&index, &square) in indices.iter().zip(&squares) {
                if square < best.square || (square == best.square && index < best.index) {
                    *best = Found { square, index };
                }
            }
        }
    }

    /// The squared distance to a node's box. Rounded like that to a point, term by term, so that no
    /// point of the box is nearer, not even by rounding.
    fn square_to_box(
        &self,
        node: usize,
        query: &[f64],
        difference: &impl Fn(f64, f64) -> f64,
    ) -> f64 {
        let mut sum = 0.0;
        let sides = &self.boxes[node * self.cloud.width..];
        for (&[low, high], &coordinate) in sides.iter().zip(query) {
            let gap = difference(coordinate.clamp(low, high), coordinate);
            sum += gap * gap;
        }
        sum
    }
}
