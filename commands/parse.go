package commands

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/text"
	"sereno/bot/when"
)

// word is one word of a line, and all of the line from it on, as typed: what
// somebody writes in several lines is kept so.
type word struct{ text, rest string }

func split(line string) []word {
	line = strings.TrimSpace(line)
	var out []word
	for line != "" {
		text := strings.Fields(line)[0]
		out = append(out, word{text, line})
		line = strings.TrimSpace(line[len(text):])
		if len(out) == maxWords {
			break // what is left is in the rest of the last
		}
	}
	return out
}

// maxWords is more than any command has arguments.
const maxWords = 16

// parse finds the command of a line and the words after it.
func (t *Tree) parse(lang company.Lang, line string) (*Command, []word, error) {
	words := split(line)
	if len(words) == 0 {
		return nil, nil, bot.Refuse("refuse.empty_command", "commands", t.list())
	}
	name := strings.ToLower(strings.TrimPrefix(words[0].text, "/"))
	if c := t.command(name); c != nil {
		return c, words[1:], nil
	}
	near := nearest(name, t.Names())
	if c := t.command(defaultCommand); !strings.HasPrefix(words[0].text, "/") && (c.verb(name) != nil || distance(name, near) > slips(name)) {
		return c, words, nil // a verb of it, or a slip in one: the command says which
	}
	return nil, nil, bot.Refuse("refuse.no_command", "command", "/"+name, "nearest", "/"+near, "example", t.command(near).example(lang))
}

func (t *Tree) list() string { return "/" + strings.Join(t.Names(), ", /") }

// example is a line that works: the first verb's.
func (c *Command) example(lang company.Lang) string {
	if len(c.Verbs) > 0 {
		return c.exampleOf(c.Verbs[0], lang)
	}
	return c.exampleOf(c.Bare, lang)
}

// exampleOf is a line that works with the verb. Where the line holds words of a
// language, the catalogue has it.
func (c *Command) exampleOf(v *Verb, lang company.Lang) string {
	line := v.Example
	if key := "example." + c.Name + "." + v.Name; text.Has(key) {
		line = text.T(lang, key)
	}
	return strings.TrimSpace("/" + c.Name + " " + line)
}

// run reads the words after the command's name and does what they say.
func (c *Command) run(d *bot.Desk, words []word) error {
	if len(words) > 0 && strings.EqualFold(words[0].text, "help") {
		return c.help(d)
	}
	if len(c.Verbs) == 0 {
		return c.invoke(d, c.Bare, words)
	}
	if len(words) == 0 {
		if c.Bare != nil {
			return c.invoke(d, c.Bare, nil)
		}
		return c.help(d)
	}
	if v := c.spaced(words); v != nil {
		return c.invoke(d, v, words[2:])
	}
	name := strings.ToLower(words[0].text)
	v := c.verb(name)
	if c.Bare.takesWords() && (v == nil || !v.Customers && d.Staff() != nil) {
		return c.invoke(d, c.Bare, words) // "/kb list of countries": a customer asks
	}
	if v == nil && c.Bare != nil && c.Bare.takesIncident() {
		if _, named := incident.ParseID(words[0].text); named {
			return c.invoke(d, c.Bare, words)
		}
	}
	if v == nil {
		return c.unknown(d, name, words[0].text)
	}
	return c.invoke(d, v, words[1:])
}

// unknown refuses a word that is no verb: it names the one that is near in spelling,
// or else all that the person may use.
func (c *Command) unknown(d *bot.Desk, name, typed string) error {
	var names, shown []string
	for _, v := range c.Verbs {
		if v.Customers || d.Staff() == nil {
			names, shown = append(names, v.Name), append(shown, v.typed())
		}
	}
	if len(names) == 0 {
		return d.Staff() // nothing here is for them
	}
	near := c.verb(nearest(name, names))
	if !alike(name, near.Name) {
		return bot.Refuse("refuse.no_verb_list", "command", "/"+c.Name, "verb", typed, "verbs", strings.Join(shown, ", "),
			"example", c.exampleOf(c.verb(names[0]), d.Lang()))
	}
	return bot.Refuse("refuse.no_verb", "command", "/"+c.Name, "verb", typed,
		"nearest", near.typed(), "example", c.exampleOf(near, d.Lang()))
}

// alike reports whether a word may be meant as the other: it begins it, or at most half
// of its letters are wrong.
func alike(word, other string) bool {
	return strings.HasPrefix(other, word) || 2*distance(word, other) <= utf8.RuneCountInString(word)
}

// takesIncident reports whether the verb is about the incident that is named first.
func (v *Verb) takesIncident() bool { return len(v.Args) > 0 && v.Args[0].Kind == bot.ArgIncident }

// takesWords reports whether the verb is about whatever is typed.
func (v *Verb) takesWords() bool {
	return v != nil && len(v.Args) > 0 && v.Args[0].Kind == bot.ArgWords && !v.Args[0].Optional
}

func (c *Command) invoke(d *bot.Desk, v *Verb, words []word) error {
	if !v.Customers {
		if err := d.Staff(); err != nil {
			return err
		}
	}
	a, err := c.read(d.Lang(), v, words, d.KnowsPerson)
	if err != nil {
		return err
	}
	return v.run(d, a)
}

// read gives each word to its argument. A person is known by their name.
func (c *Command) read(lang company.Lang, v *Verb, words []word, known func(person string) bool) (args, error) {
	a := args{}
	wrong := func(key, value string, extra ...any) error {
		return bot.Refuse(key, append([]any{
			"value", value, "usage", c.Usage(v, lang),
			"example", c.exampleOf(v, lang),
		}, extra...)...)
	}
	for i, arg := range v.Args {
		last := i == len(v.Args)-1
		switch {
		case len(words) == 0 && (arg.Optional || arg.Kind == bot.ArgIncident):
			continue
		case len(words) == 0:
			return nil, wrong("refuse.missing_argument", text.T(lang, "arg."+arg.Name))
		}
		word := words[0].text
		switch arg.Kind {
		case bot.ArgIncident:
			if !last && !namesIncident(word, v.Args[i+1].Kind) {
				continue // left out: the thread says which
			}
			a[arg.Name], words = word, words[1:]
		case bot.ArgChoice:
			word, team, named := strings.Cut(word, "@")
			choice := arg.chosen(word)
			if !slices.Contains(arg.Choices, choice) {
				return nil, wrong("refuse.choice", word, "choices", strings.Join(arg.Choices, ", "),
					"nearest", nearest(choice, arg.Choices))
			}
			if named {
				if !slices.Contains(arg.OfTeam, choice) {
					return nil, wrong("refuse.choice", words[0].text, "choices", strings.Join(arg.Choices, ", "), "nearest", choice)
				}
				choice += "@" + strings.ToLower(team)
			}
			a[arg.Name], words = choice, words[1:]
		case bot.ArgPerson:
			// A mention reads as the name that the platform shows, which may have
			// several words.
			if last {
				a[arg.Name], words = strings.Join(strings.Fields(words[0].rest), " "), nil
				break
			}
			n := nameLength(words, known)
			a[arg.Name], words = joined(words[:n]), words[n:]
		case bot.ArgMoment:
			n := momentLength(words)
			if n == 0 {
				return nil, wrong("refuse.moment_here", word, "arg", text.T(lang, "arg."+arg.Name))
			}
			a[arg.Name], words = joined(words[:n]), words[n:]
		case bot.ArgWords:
			a[arg.Name], words = words[0].rest, nil
		default:
			a[arg.Name], words = word, words[1:]
		}
	}
	if len(words) > 0 {
		return nil, wrong("refuse.too_much", words[0].rest)
	}
	return a, nil
}

// nameLength is of how many words a person's name is after which moments follow;
// a number is one of those, be it none that can be read, and so is what comes after
// the name of somebody who is known.
func nameLength(words []word, known func(person string) bool) int {
	n := 1
	for n < len(words) && momentLength(words[n:]) == 0 && !unicode.IsDigit(rune(words[n].text[0])) {
		n++
	}
	for k := n; k > 0; k-- {
		if known(joined(words[:k])) {
			return k
		}
	}
	return n
}

// momentLength is of how many words the moment is with which the words begin; 0
// when they begin with something else.
func momentLength(words []word) int {
	var typed []string
	for _, w := range words[:min(len(words), 2)] {
		typed = append(typed, w.text)
	}
	_, n := when.Read(typed)
	return n
}

// joined is the words with one blank between them.
func joined(words []word) string {
	var out []string
	for _, w := range words {
		out = append(out, w.text)
	}
	return strings.Join(out, " ")
}

// chosen is the choice that the word stands for: itself, or one that people
// read under that word in their language, as “alta” for high. A word that
// stands for none is answered in small letters.
func (a Arg) chosen(word string) string {
	for _, choice := range a.Choices {
		for _, lang := range []company.Lang{company.Spanish, company.English} {
			if strings.EqualFold(word, text.T(lang, a.Name+"."+choice)) {
				return choice
			}
		}
	}
	return strings.ToLower(word)
}

// namesIncident reports whether a word that has others after it is meant as an
// incident's id. Before free words a bare number is one of them: "3 servers were
// restarted" must not become what was done about INC-3.
func namesIncident(word string, next bot.ArgKind) bool {
	upper := strings.ToUpper(word)
	if strings.HasPrefix(upper, "INC-") || strings.HasPrefix(upper, "#") {
		return true // refused as what it is, should it be none
	}
	_, isID := incident.ParseID(word)
	return isID && (next != bot.ArgWords || strings.HasPrefix(upper, "INC"))
}

// nearest is the candidate that takes the fewest changes of a letter; a
// candidate that begins with what was typed wins.
func nearest(word string, candidates []string) string {
	best, bestCost := "", 1<<30
	for _, c := range candidates {
		cost := distance(word, c)
		if word != "" && strings.HasPrefix(c, word) {
			cost = 0
		}
		if cost < bestCost {
			best, bestCost = c, cost
		}
	}
	return best
}

// distance is the number of insertions, deletions, substitutions and swaps of
// neighbours between two words (optimal string alignment), cut at 64 letters.
func distance(a, b string) int {
	ra, rb := []rune(a), []rune(b)
	ra, rb = ra[:min(len(ra), 64)], rb[:min(len(rb), 64)]
	rows := make([][]int, len(ra)+1)
	for i := range rows {
		rows[i] = make([]int, len(rb)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(ra); i++ {
		for j := 1; j <= len(rb); j++ {
			substitution := rows[i-1][j-1]
			if ra[i-1] != rb[j-1] {
				substitution++
			}
			best := min(substitution, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && ra[i-1] == rb[j-2] && ra[i-2] == rb[j-1] {
				best = min(best, rows[i-2][j-2]+1)
			}
			rows[i][j] = best
		}
	}
	return rows[len(ra)][len(rb)]
}
