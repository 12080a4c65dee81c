package gap

import (
	"cmp"

	"sereno/bot/company"
	"sereno/bot/kb/internal/rank"
)

// trade are words that say that something does not work, and not what.
var trade = map[company.Lang]string{
	company.Spanish: `error errores falla fallan fallo fallando funciona funcionan funcionando funcionar anda andan andar sistema pantalla
		aparece aparecen sale salen mensaje mensajes devuelve devuelven dio dando tira marca deja dejo dejan intento intentar
		intentamos probar probamos cliente clientes usuario usuarios aplicacion app codigo incidente`,
	company.English: `error errors fail fails failed failing failure broken breaks work works working system screen appears
		shows showing message messages returns returned getting gives keeps trying customer customers user users application app code incident able unable`,
}

// vocabulary is how the questions of a language are read.
type vocabulary struct {
	*rank.Vocabulary
	vague    map[string]bool   // keys of trade
	products map[string]string // their names, by key
}

// item is a question as the words that tell what it is about.
type item struct {
	id    int64
	words map[string]string // as they are written, by their keys
	codes map[string]bool
	// anchors are the most telling of those that others hold too; weight is what they tell.
	anchors []string
	weight  float64
	group   int // from 1; 0 while it is in none
}

func (v *vocabulary) read(q Question) *item {
	it := &item{id: q.ID, words: map[string]string{}, codes: map[string]bool{}}
	for _, t := range v.Terms(q.Text) {
		if !t.Telling || v.vague[t.Key] {
			continue
		}
		if _, ok := it.words[t.Key]; !ok {
			it.words[t.Key] = cmp.Or(v.products[t.Key], t.Text)
		}
		if t.Code {
			it.codes[t.Key] = true
		}
	}
	if key := v.Name(q.Product); key != "" && it.words[key] == "" {
		it.words[key] = q.Product
	}
	return it
}
