//! Written from notebooks/contents.ipynb by `cargo chapters`; edit the notebook.

#[test]
fn your_progress() -> crate::Worked {
    use lossbook::prelude::*;

    crate::shown(&progress())?;

    crate::shown(
        &progress()
            .frame()?
            .lazy()
            .group_by_stable([col("chapter")])
            .agg([
                col("exercise").count().alias("exercises"),
                col("passed (UTC)").count().alias("passed"),
                col("attempts").sum(),
            ])
            .collect()?,
    )?;

    Ok(())
}

#[test]
fn which_chapter_needs_which() -> crate::Worked {
    use lossbook::prelude::*;

    let titles = [
        "Start here",
        "A neuron",
        "XOR and regions",
        "Activations",
        "SELU's precision",
        "Projection and PCA",
        "Ensembles",
        "Output nodes",
        "Objectives",
        "Residuals",
        "Gradient steps",
        "Huber",
        "Error rate and posteriors",
        "Information",
        "Cross-entropy",
        "Focal",
        "MSE for classification",
        "Triplet",
        "Center",
        "ArcFace",
        "Segmentation",
        "Point clouds",
        "CTC",
        "ELBO",
        "Perceptual and style",
        "Preferences",
        "Choosing a loss",
    ];
    let parts = [
        ("Start", 0..1_usize),
        ("I Networks", 1..8),
        ("II Regression", 8..12),
        ("III Classification", 12..17),
        ("IV Embeddings", 17..20),
        ("V Beyond labels", 20..27),
    ];

    // Where each chapter stands, as (x, y), in the order of their numbers.
    let at = [
        (0, 9),
        (1, 18),
        (2, 19),
        (2, 17),
        (3, 17),
        (2, 15),
        (3, 19),
        (3, 16),
        (3, 15),
        (1, 11),
        (2, 13),
        (2, 12),
        (1, 7),
        (1, 3),
        (2, 5),
        (3, 6),
        (3, 9),
        (2, 9),
        (3, 8),
        (3, 7),
        (3, 5),
        (2, 11),
        (3, 4),
        (2, 1),
        (2, 10),
        (3, 3),
        (4, 9),
    ];
    let needs: [(usize, usize); 31] = [
        (0, 1),
        (0, 9),
        (0, 12),
        (0, 13),
        (1, 2),
        (1, 3),
        (1, 5),
        (2, 6),
        (3, 4),
        (3, 7),
        (5, 8),
        (9, 10),
        (9, 11),
        (9, 17),
        (9, 21),
        (9, 24),
        (12, 14),
        (13, 14),
        (13, 23),
        (14, 15),
        (14, 16),
        (14, 18),
        (14, 19),
        (14, 20),
        (14, 22),
        (14, 25),
        (17, 18),
        (17, 19),
        (11, 26),
        (15, 26),
        (20, 26),
    ];

    use plotly::common::{HoverInfo, Line, Marker, Mode};
    use plotly::layout::Axis;
    use plotly::{Layout, Plot, Scatter};

    let mut plot = Plot::new();
    for (from, to) in needs {
        let line = Scatter::new(vec![at[from].0, at[to].0], vec![at[from].1, at[to].1]);
        let line = line.mode(Mode::Lines).line(Line::new().color("#999999").width(1.0));
        plot.add_trace(line.show_legend(false).hover_info(HoverInfo::Skip));
    }
    for (part, chapters) in parts.clone() {
        let x = chapters.clone().map(|chapter| at[chapter].0).collect();
        let y = chapters.clone().map(|chapter| at[chapter].1).collect();
        let numbers = chapters.clone().map(|chapter| format!("{chapter:02}")).collect();
        let titles = chapters.map(|chapter| titles[chapter]).collect();
        let dots =
            Scatter::new(x, y).name(part).mode(Mode::MarkersText).marker(Marker::new().size(24));
        plot.add_trace(
            dots.text_array(numbers).hover_text_array(titles).hover_info(HoverInfo::Text),
        );
    }
    let bare = Axis::new().visible(false);

    plot.set_layout(
        Layout::new()
            .template(theme())
            .title("A line leads to a chapter that builds on the one before")
            .height(560)
            .x_axis(bare.clone())
            .y_axis(bare),
    );
    crate::shown(&plot)?;

    Ok(())
}
