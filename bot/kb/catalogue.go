package kb

import (
	"fmt"
	"path"
	"strings"

	"sereno/bot/company"
)

// spanish says each mistake in Spanish, by what it says in English.
var spanish = map[string]string{
	"%s has the same name: give this file another one, an article's id is its file's name":                            "%s tiene el mismo nombre: dale otro a este archivo, porque el nombre del archivo es el id del artículo",
	"it is longer than %d bytes: cut it into several articles":                                                        "tiene más de %d bytes: partilo en varios artículos",
	"not UTF-8: save the file in that encoding":                                                                       "no es UTF-8: guardá el archivo con esa codificación",
	"no header: begin the file with a line ---, then title:, kind:, language: and visibility:, then another line ---": "falta el encabezado: empezá el archivo con una línea ---, después title:, kind:, language: y visibility:, y otra línea ---",
	"the article is empty: write its text under the header":                                                           "el artículo está vacío: escribí su texto debajo del encabezado",
	"the header is not YAML (%s): write one name: value a line, with values that hold a colon in quotes":              "el encabezado no es YAML (%s): escribí un nombre: valor por línea, con comillas en los valores que tengan dos puntos",
	"the header is not a list of names and values: write title: …, one a line":                                        "el encabezado no es una lista de nombres y valores: escribí title: …, uno por línea",
	"%s is there twice: keep this one or the one of line %d":                                                          "%s está dos veces: dejá este o el de la línea %d",
	"%s is missing: write %s": "falta %s: escribí %s",
	"customers are named but the article is internal: write visibility: customers, or leave customers out": "se nombran clientes pero el artículo es interno: escribí visibility: customers, o quitá customers",
	"the title has %d characters: write at most %d":                                                        "el título tiene %d caracteres: escribí %d como mucho",
	"customers is empty: name at least one, or leave the line out for all customers":                       "customers está vacío: nombrá al menos uno, o quitá la línea para que sea de todos los clientes",
	"the article would be a translation of itself: write the name of the other one's file without .md":     "el artículo sería una traducción de sí mismo: escribí el nombre del archivo del otro sin .md",
	"%s is not known: write %s":                            "%s no se conoce: escribí %s",
	"%s must be one text: write %s: …":                     "%s tiene que ser un texto: escribí %s: …",
	"%s cannot be %s: write a day as %s: 2027-06-30":       "%s no puede ser %s: escribí un día así: %s: 2027-06-30",
	"%s cannot be %s: write %s: %s":                        "%s no puede ser %s: escribí %s: %s",
	"%s must be a list of texts: write %s: [one, another]": "%s tiene que ser una lista de textos: escribí %s: [uno, otro]",
	"an article that is edited in chat has the same name: give this file another one, an article's id is its file's name": "un artículo que se edita en el chat tiene el mismo nombre: dale otro a este archivo, porque el nombre del archivo es el id del artículo",
	"one of %s has the same name: give this file another one, an article's id is its file's name":                         "uno de %s tiene el mismo nombre: dale otro a este archivo, porque el nombre del archivo es el id del artículo",
	"owner cannot be %s, who is none of our own people: write a name that is among people of the configuration":           "owner no puede ser %s, que no es nadie de los nuestros: escribí un nombre que esté en people, en la configuración",
	"%s is no customer, and there are none: leave the line out":                                                           "%s no es un cliente, y no hay ninguno: quitá la línea",
	"%s is no customer: write %s": "%s no es un cliente: escribí %s",
	"version cannot be %s: leave it as it was given to you, or leave the line out":                        "version no puede ser %s: dejala como te la dieron, o quitá la línea",
	"there is no article %s of which it could be the translation: write the name of its file without .md": "no hay ningún artículo %s del que pueda ser la traducción: escribí el nombre de su archivo sin .md",
	"it cannot be read: %s":                                                                                           "no se puede leer: %s",
	"the page cannot be converted: %s":                                                                                "no se puede convertir la página: %s",
	"it is the export's own list of its pages":                                                                        "es la lista de sus páginas que hace la propia exportación",
	"it is a page of talk, of a user, of a file or about the wiki itself":                                             "es una página de discusión, de un usuario, de un archivo o sobre la propia wiki",
	"the page has no title: is it an export of %s?":                                                                   "la página no tiene título: ¿es una exportación de %s?",
	"the page has no text: is it an export of %s?":                                                                    "la página no tiene texto: ¿es una exportación de %s?",
	"the file's name holds no letter: give it another one, an article's id is its file's name":                        "el nombre del archivo no tiene ninguna letra: dale otro, porque el nombre del archivo es el id del artículo",
	"nothing can be read there (%s): its articles stay as they were":                                                  "ahí no se puede leer nada (%s): sus artículos quedan como estaban",
	"there is no article any more: its articles stay as they were. Take the source out of kb.sources to archive them": "ya no hay ningún artículo: sus artículos quedan como estaban. Para archivarlos, quitá la fuente de kb.sources",
	"it cannot be brought up to date: %s":                                                                             "no se puede actualizar: %s",
}

// Wrong is a mistake of a file, said in both languages.
func Wrong(file string, line int, format string, args ...any) Mistake {
	m := Mistake{File: file, Line: line, Text: fmt.Sprintf(format, args...), Article: IDOf(strings.TrimSuffix(path.Base(file), path.Ext(file)))}
	m.spanish = m.Text
	if es, ok := spanish[format]; ok {
		m.spanish = fmt.Sprintf(es, args...)
	}
	return m
}

// Stray is the mistake of a translation of what is no article.
func Stray(file string, a *Article) Mistake {
	return Wrong(file, 0, "there is no article %s of which it could be the translation: write the name of its file without .md", a.Translates)
}

// In is what is wrong, in the language, without the place.
func (m Mistake) In(lang company.Lang) string {
	if lang == company.Spanish && m.spanish != "" {
		return m.spanish
	}
	return m.Text
}
