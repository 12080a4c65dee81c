package replay

import (
	"slices"
	"strings"
	"time"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/markup"
)

// done is one line of the output. Fields that do not apply are left out.
type done struct {
	At       string  `json:"at"`
	ID       string  `json:"id"`
	Kind     string  `json:"kind"`
	Channel  string  `json:"channel,omitempty"`
	Thread   string  `json:"thread,omitempty"`
	To       string  `json:"to,omitempty"`
	Incident string  `json:"incident,omitempty"`
	Clock    string  `json:"clock,omitempty"`
	Reason   string  `json:"reason,omitempty"`
	Due      string  `json:"due,omitempty"`
	Text     string  `json:"text,omitempty"`
	Reaction string  `json:"reaction,omitempty"`
	Form     string  `json:"form,omitempty"`
	Title    string  `json:"title,omitempty"`
	Fields   []input `json:"fields,omitempty"`
	// Buttons are their ids, in order.
	Buttons []string `json:"buttons,omitempty"`
}

// input is one field of a form that was opened.
type input struct {
	Name     string   `json:"name"`
	Label    string   `json:"label,omitempty"`
	Value    string   `json:"value,omitempty"`
	Optional bool     `json:"optional,omitempty"`
	Options  []string `json:"options,omitempty"`
}

func render(r console.Record) done {
	d := done{
		At: instant(r.At), ID: r.ID, Kind: string(r.Kind), Channel: r.Channel, Thread: r.Thread,
		To: r.To, Incident: r.Incident, Clock: r.Clock, Reason: r.Reason, Text: Flat(r.Message), Reaction: r.Reaction,
	}
	if !r.Due.IsZero() {
		d.Due = instant(r.Due)
	}
	for _, b := range r.Message.Buttons {
		d.Buttons = append(d.Buttons, b.ID)
	}
	if f := r.Form; f != nil {
		d.Form, d.Title, d.Text = f.ID, f.Title, f.Text
		for _, in := range f.Inputs {
			line := input{Name: in.Name, Label: in.Label, Value: in.Value, Optional: in.Optional}
			for _, o := range in.Options {
				line.Options = append(line.Options, o.Value)
			}
			d.Fields = append(d.Fields, line)
		}
	}
	return d
}

// instant is shown to the millisecond: what happens because an instant has
// passed happens a hair after it, and nobody wants to read that.
func instant(t time.Time) string {
	return t.UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano)
}

// Flat is the message as plain text: title, text, quotation, facts, entries
// and footer, each on its own lines, with who is called in front.
func Flat(m bot.Message) string {
	var lines []string
	add := func(s string) {
		if s != "" {
			lines = append(lines, s)
		}
	}
	add(m.Title)
	add(m.From)
	add(m.Text)
	add(markup.Plain(m.Markdown))
	if m.Quote != "" {
		add("> " + strings.ReplaceAll(m.Quote, "\n", "\n> "))
	}
	for _, f := range m.Fields {
		add(f.Label + ": " + f.Value)
	}
	for _, it := range m.Items {
		add(strings.TrimSpace("• " + it.Title))
		add(it.Body)
		add(it.URL)
	}
	for _, f := range m.Files {
		add(f.Name)
	}
	add(m.Footer)
	text := strings.Join(lines, "\n")
	if len(m.Mentions) > 0 {
		called := slices.Clone(m.Mentions)
		for i, name := range called {
			called[i] = "@" + name
		}
		text = strings.TrimSpace(strings.Join(called, " ") + " " + text)
	}
	return text
}
