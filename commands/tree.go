// Package commands is what people type: one tree of commands with their
// arguments, help in each language, and what they do. Parsing, help, the
// platforms' registrations and the reference page in docs/ all come from it.
package commands

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/text"
)

// Tree is every command.
type Tree struct{ commands []*Command }

// Command is a word that people type after a slash, with its verbs.
type Command struct {
	Name string
	// As is the name under which platforms register it, where they keep Name for
	// a command of their own; both are understood everywhere.
	As    string
	Verbs []*Verb
	// Bare is what the command does without a verb; nil shows its help.
	Bare *Verb
}

// Verb is one thing that a command does. Its help is the catalogue's
// "command.<command>.<verb>".
type Verb struct {
	Name string
	// Spaced: a hyphen of the name may be typed as a blank.
	Spaced bool
	// Group is where it stands on platforms that bound how many verbs stand side by
	// side; "" for by itself. Its words are the catalogue's "group.<group>".
	Group string
	// Args in their order. A Person is the last, or moments follow it; only the last
	// may be the rest of the line.
	Args []Arg
	// Example is a line that works, without the command's name.
	Example string
	// Customers may use it; every other verb is for our own people.
	Customers bool
	// Who may, where it takes more than to be an agent: for the reference, whose
	// language it is in. The use case decides.
	Who string
	run func(d *bot.Desk, a args) error
}

// Arg is one argument of a verb.
type Arg struct {
	// Name as help shows it; the catalogue holds "arg.<name>".
	Name string
	// Kind is read as one word when it is "".
	Kind bot.ArgKind
	// Completes is what a platform offers while it is typed, where that is more than Kind.
	Completes bot.ArgKind
	// Optional arguments come last, but for an incident, which may be left out
	// inside its own thread.
	Optional bool
	// Choices, for a Choice.
	Choices []string
	// OfTeam are those after which the name of a team may follow: "team_update@payments".
	OfTeam []string
}

type args map[string]string

// command finds a command by name.
func (t *Tree) command(name string) *Command {
	i := slices.IndexFunc(t.commands, func(c *Command) bool { return c.Name == name || c.As == name && name != "" })
	if i < 0 {
		return nil
	}
	return t.commands[i]
}

// spaced finds a verb of which two words are typed.
func (c *Command) spaced(words []word) *Verb {
	if len(words) < 2 {
		return nil
	}
	v := c.verb(strings.ToLower(words[0].text + "-" + words[1].text))
	if v == nil || !v.Spaced {
		return nil
	}
	return v
}

// typed is the verb's name as people write it.
func (v *Verb) typed() string {
	if v.Spaced {
		return strings.ReplaceAll(v.Name, "-", " ")
	}
	return v.Name
}

func (c *Command) verb(name string) *Verb {
	i := slices.IndexFunc(c.Verbs, func(v *Verb) bool { return v.Name == name })
	if i < 0 {
		return nil
	}
	return c.Verbs[i]
}

// Commands lists the commands in their order.
func (t *Tree) Commands() []*Command { return t.commands }

// Names lists the commands' names.
func (t *Tree) Names() []string {
	var out []string
	for _, c := range t.commands {
		out = append(out, c.Name)
	}
	return out
}

// Specs is what a platform must be told about the commands, in a language.
func (t *Tree) Specs(lang company.Lang) []bot.CommandSpec {
	var out []bot.CommandSpec
	for _, c := range t.commands {
		s := bot.CommandSpec{Name: cmp.Or(c.As, c.Name), Summary: text.T(lang, "command."+c.Name)}
		var verbs []string
		for _, v := range c.Verbs {
			verbs = append(verbs, v.Name)
			s.Verbs = append(s.Verbs, bot.VerbSpec{
				Name: v.Name, Summary: text.T(lang, v.helpKey(c)), Args: v.specs(lang), Group: v.Group, Customers: v.Customers,
			})
			if v.Group != "" && !slices.ContainsFunc(s.Groups, func(g bot.GroupSpec) bool { return g.Name == v.Group }) {
				s.Groups = append(s.Groups, bot.GroupSpec{Name: v.Group, Summary: text.T(lang, "group."+v.Group)})
			}
		}
		switch {
		case len(verbs) > 0:
			s.Usage = "[" + strings.Join(verbs, " | ") + "]"
		case c.Bare != nil:
			s.Usage, s.Args = strings.TrimSpace(c.Bare.signature(lang)), c.Bare.specs(lang)
		}
		out = append(out, s)
	}
	return out
}

// specs describes the arguments to a platform that asks for them one by one.
func (v *Verb) specs(lang company.Lang) []bot.ArgSpec {
	var out []bot.ArgSpec
	for _, a := range v.Args {
		s := bot.ArgSpec{
			Name: a.Name, Summary: text.T(lang, "arg."+a.Name), Kind: cmp.Or(a.Completes, a.Kind, bot.ArgWord),
			Optional: a.Optional || a.Kind == bot.ArgIncident,
		}
		for _, choice := range a.Choices {
			label := choice
			if key := a.Name + "." + choice; text.Has(key) {
				label = text.T(lang, key)
			}
			s.Choices = append(s.Choices, bot.Option{Value: choice, Label: label})
		}
		out = append(out, s)
	}
	return out
}

// Usage is the verb as help shows it: "/incident take [INC-1]".
func (c *Command) Usage(v *Verb, lang company.Lang) string {
	s := "/" + c.Name
	if v.Name != "" {
		s += " " + v.Name
	}
	return s + v.signature(lang)
}

func (v *Verb) signature(lang company.Lang) string {
	var b strings.Builder
	for _, a := range v.Args {
		name := text.T(lang, "arg."+a.Name)
		if a.Kind == bot.ArgChoice {
			name = strings.Join(a.Choices, "|")
		}
		if a.Optional || a.Kind == bot.ArgIncident {
			b.WriteString(" [" + name + "]")
		} else {
			b.WriteString(" <" + name + ">")
		}
	}
	return b.String()
}

// Run carries out a line for the desk's person.
func (t *Tree) Run(_ context.Context, d *bot.Desk, line string) error {
	c, words, err := t.parse(d.Lang(), line)
	if err != nil {
		return err
	}
	return c.run(d, words)
}

// Knows reports whether the words after a mention of the bot are meant as a
// command: they begin with a command, or with a verb of /incident, which may be
// left out. One wrong letter does not make them something else: the person is
// told, and the slip is not taken for an answer to the customer.
func (t *Tree) Knows(line string) bool {
	typed := strings.Fields(line) // as parse reads it: a line may end after the verb
	if len(typed) == 0 {
		return false
	}
	if strings.HasPrefix(typed[0], "/") {
		return true
	}
	name := strings.ToLower(typed[0])
	words := t.Names()
	for _, v := range t.command(defaultCommand).Verbs {
		words = append(words, v.Name)
	}
	return distance(name, nearest(name, words)) <= slips(name)
}

// KnowsForCustomers reports whether the line is, to the letter, a command that
// customers may use. One that takes no words has none after it: "me" begins many
// a Spanish report.
func (t *Tree) KnowsForCustomers(line string) bool {
	words := strings.Fields(line)
	if len(words) == 0 {
		return false
	}
	c := t.command(strings.ToLower(strings.TrimPrefix(words[0], "/")))
	if c == nil {
		return false
	}
	if len(c.Verbs) == 0 {
		return c.Bare.Customers && (len(words) > 1) == (len(c.Bare.Args) > 0)
	}
	if len(words) == 1 {
		return false
	}
	if c.Bare.takesWords() {
		return c.Bare.Customers
	}
	v := c.verb(strings.ToLower(words[1]))
	return v != nil && v.Customers
}

// slips is how many wrong letters a word may have and still be meant.
func slips(word string) int {
	if len(word) < 4 {
		return 0
	}
	return 1
}

// defaultCommand is the one whose name may be left out after a mention.
const defaultCommand = "incident"
