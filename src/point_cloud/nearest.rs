//! Finding nearest points without looking at all of them.
//!
//! Why not a library: of the crates for it, kdtree 0.8 overflows its stack on huge coordinates and
//! does not come to an end on many equal points, rstar and kiddo fix the number of dimensions when
//! they are compiled and take any of several equally near points, and kiddo brings twenty crates.

use std::iter::repeat_n;
use std::ops::Range;

use super::point_cost::square;
use crate::numeric::Rows;

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
pub(super) struct Tree {
    pub(super) cloud: Rows,
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
    places: Range<usize>,
    /// The right child; a leaf has none.
    right: Option<usize>,
}

/// A squared distance, and the index of the point so near: less is nearer, or as near and first.
type Found = (f64, usize);

impl Tree {
    pub(super) fn new(cloud: Rows) -> Self {
        let (count, order) = (cloud.count, (0..cloud.count).collect());
        let (blocks, nodes, boxes) = (Vec::new(), Vec::new(), Vec::new());
        let mut tree = Self { cloud, order, blocks, nodes, boxes };
        tree.grow(0..count);
        for leaf in tree.order.chunks(LEAF) {
            for axis in 0..tree.cloud.width {
                let values = leaf.iter().map(|&index| tree.cloud.row(index)[axis]);
                tree.blocks.extend(values.chain(repeat_n(f64::INFINITY, LEAF - leaf.len())));
            }
        }
        tree
    }

    /// Adds a node for these places of the order, and everything below it.
    fn grow(&mut self, places: Range<usize>) -> usize {
        let (cloud, node) = (&self.cloud, self.nodes.len());
        let points = &mut self.order[places.clone()];
        let first = points.iter().copied().min().unwrap_or(usize::MAX);
        let mut widest = (0.0, 0);
        for axis in 0..cloud.width {
            let values = points.iter().map(|&index| cloud.row(index)[axis]);
            let ends = [f64::INFINITY, f64::NEG_INFINITY];
            let [low, high] = values.fold(ends, |[low, high], at| [at.min(low), at.max(high)]);
            self.boxes.push([low, high]);
            if high - low > widest.0 {
                widest = (high - low, axis);
            }
        }
        self.nodes.push(Node { first, places: places.clone(), right: None });
        if points.len() > LEAF && cloud.width <= MOST_DIMS {
            // Only the last leaf of all may hold fewer than sixteen.
            let half = (points.len() / 2).next_multiple_of(LEAF);
            let at = |index: usize| cloud.row(index)[widest.1];
            points.select_nth_unstable_by(half, |&left, &right| at(left).total_cmp(&at(right)));
            self.grow(places.start..places.start + half);
            self.nodes[node].right = Some(self.grow(places.start + half..places.end));
        }
        node
    }

    /// For each of the other cloud's points the index of the one nearest to it in this cloud.
    pub(super) fn nearest_to_each(&self, others: &Tree) -> Vec<usize> {
        let mut nearest = vec![0; others.order.len()];
        // Neighbours come after each other, and have the same neighbours: a good first guess.
        let mut guess = 0;
        for &other in &others.order {
            let query = others.cloud.row(other);
            let mut best = (square(query, self.cloud.row(guess)), guess);
            self.visit(0, query, &mut best);
            guess = best.1;
            nearest[other] = guess;
        }
        nearest
    }

    fn visit(&self, node: usize, query: &[f64], best: &mut Found) {
        let Some(right) = self.nodes[node].right else {
            return self.visit_leaf(&self.nodes[node], query, best);
        };
        let mut children = [node + 1, right].map(|child| (self.square_to_box(child, query), child));
        if children[1].0 < children[0].0 {
            children.reverse();
        }
        for (square, child) in children {
            // What is just as near matters only if it comes first.
            if (square, self.nodes[child].first) < *best {
                self.visit(child, query, best);
            }
        }
    }

    fn visit_leaf(&self, leaf: &Node, query: &[f64], best: &mut Found) {
        let size = self.cloud.width * LEAF;
        let blocks = self.blocks[leaf.places.start / LEAF * size..].chunks_exact(size);
        for (indices, block) in self.order[leaf.places.clone()].chunks(LEAF).zip(blocks) {
            let mut squares = [0.0; LEAF];
            for (values, &coordinate) in block.chunks_exact(LEAF).zip(query) {
                for (square, &value) in squares.iter_mut().zip(values) {
                    *square += (value - coordinate) * (value - coordinate);
                }
            }
            for (&index, &square) in indices.iter().zip(&squares) {
                if (square, index) < *best {
                    *best = (square, index);
                }
            }
        }
    }

    /// The squared distance to a node's box. Rounded like that to a point, term by term, so that no
    /// point of the box is nearer, not even by rounding.
    fn square_to_box(&self, node: usize, query: &[f64]) -> f64 {
        let sides = &self.boxes[node * self.cloud.width..];
        let gaps = sides.iter().zip(query).map(|(&[low, high], &at)| at.clamp(low, high) - at);
        gaps.map(|gap| gap * gap).sum()
    }
}
