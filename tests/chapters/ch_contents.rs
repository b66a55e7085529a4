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

    const TITLES: [&str; 27] = [
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
    const PARTS: [(&str, std::ops::Range<usize>, &str); 6] = [
        ("Start", 0..1, "#666666"),
        ("I Networks", 1..8, "#0072B2"),
        ("II Regression", 8..12, "#D55E00"),
        ("III Classification", 12..17, "#009E73"),
        ("IV Embeddings", 17..20, "#CC79A7"),
        ("V Beyond labels", 20..27, "#E69F00"),
    ];

    // Where each chapter stands, as (x, y), in the order of their numbers.
    const AT: [(f64, f64); 27] = [
        (0.0, 9.0),
        (1.0, 17.0),
        (2.0, 20.0),
        (2.0, 17.0),
        (3.0, 18.0),
        (2.0, 14.0),
        (3.0, 20.0),
        (3.0, 16.0),
        (3.0, 14.0),
        (1.0, 8.0),
        (2.0, 10.0),
        (2.0, 4.5),
        (1.0, 4.0),
        (1.0, 1.0),
        (2.0, 2.3),
        (3.0, 6.0),
        (3.0, 8.0),
        (2.0, 12.0),
        (3.0, 12.0),
        (3.0, 10.0),
        (3.0, 4.0),
        (2.0, 8.1),
        (3.0, 2.0),
        (2.0, 0.3),
        (2.0, 6.3),
        (3.0, 0.0),
        (4.0, 5.4),
    ];
    const NEEDS: [(usize, usize); 31] = [
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

    use plotly::common::{Font, HoverInfo, Line, Marker, Mode};
    use plotly::layout::Axis;
    use plotly::{Layout, Plot, Scatter};

    let mut plot = Plot::new();
    for (from, to) in NEEDS {
        let line = Scatter::new(vec![AT[from].0, AT[to].0], vec![AT[from].1, AT[to].1]);
        let line = line.mode(Mode::Lines).line(Line::new().color("#999999").width(1.0));
        plot.add_trace(line.show_legend(false).hover_info(HoverInfo::Skip));
    }

    for (part, chapters, colour) in PARTS {
        let x = chapters.clone().map(|chapter| AT[chapter].0).collect();
        let y = chapters.clone().map(|chapter| AT[chapter].1).collect();
        let numbers = chapters.clone().map(|chapter| format!("{chapter:02}")).collect();
        let titles = chapters.map(|chapter| TITLES[chapter]).collect();
        let ring = Marker::new().size(25).color("white").line(Line::new().color(colour).width(3.0));
        let dots = Scatter::new(x, y).name(part).mode(Mode::MarkersText).marker(ring);
        let dots = dots.text_font(Font::new().color("#222222")).text_array(numbers);
        plot.add_trace(dots.hover_text_array(titles).hover_info(HoverInfo::Text));
    }

    let bare: Axis = Axis::new().visible(false);
    plot.set_layout(
        Layout::new()
            .template(theme())
            .title("A line leads to a chapter that builds on the one before")
            .height(560)
            .x_axis(bare.clone())
            .y_axis(bare.clone()),
    );
    crate::shown(&plot)?;

    Ok(())
}
