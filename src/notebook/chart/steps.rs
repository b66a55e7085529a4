//! What changes between the steps of a slider: all else is stored once.

use serde_json::{Map, Value, json};

/// For each step what it sets where the steps differ, or nothing where they are all the same.
pub(super) type Changes = Option<Vec<Value>>;

/// What the steps set where they differ.
///
/// What one step lacks and another has is `null`, plotly's word for the default.
pub(super) fn changes(steps: &[Value]) -> Changes {
    let all: Vec<Option<&Value>> = steps.iter().map(Some).collect();
    changes_of(&all)
}

fn changes_of(steps: &[Option<&Value>]) -> Changes {
    if steps.windows(2).all(|pair| pair[0] == pair[1]) {
        return None;
    }
    let objects: Option<Vec<&Map<String, Value>>> =
        steps.iter().map(|step| step.and_then(Value::as_object)).collect();
    if let Some(objects) = objects {
        return Some(in_objects(&objects));
    }
    let lists: Option<Vec<&Vec<Value>>> = steps.iter().map(|step| step.and_then(items)).collect();
    if let Some(lists) = lists
        && lists.windows(2).all(|pair| pair[0].len() == pair[1].len())
    {
        return Some(in_lists(&lists));
    }
    Some(steps.iter().map(|step| step.cloned().unwrap_or_default()).collect())
}

/// A list of objects, such as plotly's annotations, which is changed object by object. A list of numbers is data, and
/// changes as a whole.
fn items(value: &Value) -> Option<&Vec<Value>> {
    value.as_array().filter(|items| !items.is_empty() && items.iter().all(Value::is_object))
}

fn in_objects(steps: &[&Map<String, Value>]) -> Vec<Value> {
    let mut changed = vec![Map::new(); steps.len()];
    let mut keys: Vec<&String> = steps.iter().flat_map(|step| step.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let values: Vec<Option<&Value>> = steps.iter().map(|step| step.get(key)).collect();
        for (step, value) in changes_of(&values).into_iter().flatten().enumerate() {
            // What is not seen needs no change.
            let hidden = steps[step].get("visible") == Some(&json!(false)) && key != "visible";
            if !hidden {
                changed[step].insert(key.clone(), value);
            }
        }
    }
    changed.into_iter().map(Value::Object).collect()
}

fn in_lists(steps: &[&Vec<Value>]) -> Vec<Value> {
    let nothing = || json!({});
    let mut changed = vec![Vec::new(); steps.len()];
    for at in 0..steps.first().map_or(0, |step| step.len()) {
        let items: Vec<Option<&Value>> = steps.iter().map(|step| step.get(at)).collect();
        let of_item = changes_of(&items);
        for (step, list) in changed.iter_mut().enumerate() {
            let change = of_item.as_ref().and_then(|all| all.get(step)).cloned();
            list.push(change.unwrap_or_else(nothing));
        }
    }
    changed.into_iter().map(Value::Array).collect()
}

/// Makes this list as long in every layout as in the longest one, by objects that are not seen.
pub(super) fn even_lists(layouts: &mut [Value], list: &str) {
    let len = |layout: &Value| layout[list].as_array().map_or(0, Vec::len);
    let most = layouts.iter().map(len).max().unwrap_or(0);
    if layouts.iter().all(|layout| len(layout) == most) {
        return;
    }
    for layout in layouts {
        let mut items = layout[list].as_array().cloned().unwrap_or_default();
        for item in &mut items {
            item["visible"] = json!(true);
        }
        items.resize(most, json!({"visible": false}));
        layout[list] = items.into();
    }
}
