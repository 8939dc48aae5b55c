//! A plan as a table in the terminal.

use std::fmt;

use civic::Language;

use crate::plain::on_one_line;
use crate::view::{Extent, PlanView, ThemeView};

/// Stands where a number can't be known with this login.
const UNKNOWN: &str = "?";

struct Labels {
    columns: [&'static str; 5],
    themes: [&'static str; 2],
    people: [&'static str; 2],
    hidden: [&'static str; 2],
    directory: &'static str,
    unknown: &'static str,
}

const SPANISH: Labels = Labels {
    columns: ["Tema", "Sala", "Personas", "WhatsApp", "Grupos"],
    themes: ["tema", "temas"],
    people: ["persona", "personas"],
    hidden: [
        "sala que no se ve con este acceso",
        "salas que no se ven con este acceso",
    ],
    directory: "Sin iniciar sesión solo se ve el directorio: son todas las salas públicas del servidor.",
    unknown: "?: no se ve con este acceso.",
};

const ENGLISH: Labels = Labels {
    columns: ["Theme", "Room", "People", "WhatsApp", "Groups"],
    themes: ["theme", "themes"],
    people: ["person", "people"],
    hidden: [
        "room that can't be seen with this login",
        "rooms that can't be seen with this login",
    ],
    directory: "Without a login only the directory can be seen: these are all public rooms of the server.",
    unknown: "?: can't be seen with this login.",
};

impl fmt::Display for PlanView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels = match self.language {
            Language::En => &ENGLISH,
            Language::Es | Language::Gn => &SPANISH,
        };
        write_heading(self, f)?;
        write_rows(self, labels, f)?;
        write_footer(self, labels, f)
    }
}

fn write_heading(plan: &PlanView, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let address = plan.alias.as_deref().unwrap_or(&plan.room_id);
    writeln!(f, "{} ({address})", on_one_line(&plan.name))?;
    if let Some(topic) = &plan.topic {
        writeln!(f, "{}", on_one_line(topic))?;
    }
    writeln!(f)
}

fn write_rows(plan: &PlanView, labels: &Labels, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rows = vec![labels.columns.map(str::to_owned)];
    rows.extend(plan.themes.iter().map(cells));
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; 5] = std::array::from_fn(width);
    for row in &rows {
        let [name, address, people, whatsapp, groups] = row;
        writeln!(
            f,
            "{name:<0$}  {address:<1$}  {people:>2$}  {whatsapp:>3$}  {groups:>4$}",
            widths[0], widths[1], widths[2], widths[3], widths[4],
        )?;
    }
    writeln!(f)
}

fn cells(theme: &ThemeView) -> [String; 5] {
    let known =
        |number: Option<u64>| number.map_or(UNKNOWN.to_owned(), |number| number.to_string());
    [
        on_one_line(&theme.name),
        theme.alias.clone().unwrap_or_else(|| theme.room_id.clone()),
        theme.people.to_string(),
        known(theme.whatsapp_people),
        known(theme.open_groups().map(|groups| groups as u64)),
    ]
}

fn write_footer(plan: &PlanView, labels: &Labels, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut parts = vec![count(plan.themes.len() as u64, labels.themes)];
    parts.extend(plan.people.map(|people| count(people, labels.people)));
    if plan.hidden_rooms > 0 {
        parts.push(count(plan.hidden_rooms as u64, labels.hidden));
    }
    write!(f, "{}", parts.join(" · "))?;
    if plan.extent == Extent::Directory {
        write!(f, "\n{}", labels.directory)?;
    }
    if plan
        .themes
        .iter()
        .any(|theme| theme.whatsapp_people.is_none())
    {
        write!(f, "\n{}", labels.unknown)?;
    }
    Ok(())
}

fn count(number: u64, [one, many]: [&str; 2]) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{GroupStatus, GroupView};

    fn theme(name: &str, alias: &str, whatsapp_people: Option<u64>) -> ThemeView {
        ThemeView {
            name: name.to_owned(),
            topic: None,
            alias: Some(alias.to_owned()),
            room_id: "!x".to_owned(),
            people: 12,
            whatsapp_people,
            groups: whatsapp_people.map(|_| {
                vec![GroupView {
                    id: "aaaaaaaaaaaaaaaa".to_owned(),
                    name: None,
                    status: GroupStatus::Open,
                }]
            }),
        }
    }

    fn plan(language: Language) -> PlanView {
        PlanView {
            name: "Plan de Acción\x1b[2J".to_owned(),
            topic: None,
            alias: Some("#paga:example.org".to_owned()),
            room_id: "!p".to_owned(),
            extent: Extent::Space,
            people: Some(20),
            themes: vec![
                theme("Educación", "#educacion:example.org", Some(9)),
                theme("Salud", "#salud:example.org", None),
            ],
            hidden_rooms: 1,
            language,
        }
    }

    #[test]
    fn columns_stand_under_each_other_and_the_rest_is_said_below() {
        let shown = plan(Language::Es).to_string();
        let expected = "\
Plan de Acción [2J (#paga:example.org)

Tema       Sala                    Personas  WhatsApp  Grupos
Educación  #educacion:example.org        12         9       1
Salud      #salud:example.org            12         ?       ?

2 temas · 20 personas · 1 sala que no se ve con este acceso
?: no se ve con este acceso.";
        assert_eq!(shown, expected);
    }

    #[test]
    fn it_is_there_in_english_and_for_programs() {
        let plan = plan(Language::En);
        assert!(plan.to_string().contains("2 themes · 20 people"), "{plan}");
        let json = plan.to_json();
        assert_eq!(json["extent"], "space");
        assert_eq!(json["themes"][0]["groups"][0]["status"], "open");
        assert!(
            json["themes"][1].get("groups").is_none(),
            "what is not known is left out"
        );
    }
}
