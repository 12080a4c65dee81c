package discord

import (
	"context"
	"errors"
	"fmt"

	"sereno/bot"
	"sereno/bot/emoji"
)

// What Discord takes in a form
// (https://docs.discord.com/developers/interactions/receiving-and-responding and
// /components/reference#label).
const (
	maxInputs      = 5 // components at the top, of which a text would be one
	maxFormTitle   = 45
	maxInputLabel  = 45
	maxDescribed   = 100
	maxInputText   = 4000
	maxOptions     = 25
	maxOptionLabel = 100
	maxOptionValue = 100
)

// The types of components in forms.
const (
	stringSelect = 3
	textInput    = 4
	textDisplay  = 10
	labelled     = 18
)

// openForm shows a form as the first answer to a command or press. That is
// possible once and for three seconds, so that a failure because of it is final.
func (a *Adapter) openForm(ctx context.Context, d *bot.Delivery) (bot.Receipt, error) {
	if d.Form == nil {
		return bot.Receipt{}, unsendable(errors.New("no form to open"))
	}
	data, err := modal(d.Form)
	if err != nil {
		return bot.Receipt{}, unsendable(err)
	}
	t, ok := readTrigger(d.Trigger)
	if !ok {
		return bot.Receipt{}, unsendable(errors.New("a form needs a command or press to answer, and none is there"))
	}
	if t.kind.ofForm() {
		return bot.Receipt{}, unsendable(errors.New("discord shows no form in answer to a form"))
	}
	w := a.pending.get(t.id)
	if w == nil {
		return bot.Receipt{}, unsendable(errors.New("it is too late to open a form: discord wants it within three seconds"))
	}
	return bot.Receipt{}, w.first(d.Key, func() error {
		err := a.respond(ctx, t, callbackModal, data, nil)
		switch {
		case err == nil, code(err) == alreadyAnswered && d.Doubtful:
			return nil
		case code(err) == alreadyAnswered, code(err) == unknownInteraction:
			return unsendable(fmt.Errorf("open a form: %w", err))
		}
		return a.failure("open a form", err)
	})
}

// modal gives a form Discord's shape. It fails on what cannot be shown whole
// and must not be cut.
func modal(f *bot.Form) (map[string]any, error) {
	switch {
	case len(f.Inputs) == 0 || len(f.Inputs) > maxInputs:
		return nil, fmt.Errorf("form %q has %d inputs, discord shows 1 to %d", f.ID, len(f.Inputs), maxInputs)
	}
	if err := checkCustomID("form", f.ID, f.Value); err != nil {
		return nil, err
	}
	var components []any
	said := text(f.Text)
	if said != "" && len(f.Inputs) < maxInputs {
		components = append(components, map[string]any{"type": textDisplay, "content": cutEscaped(emoji.Show(f.Text), maxContent)})
		said = ""
	}
	seen := map[string]bool{}
	for _, in := range f.Inputs {
		if in.Name == "" || length(in.Name) > maxCustomID || seen[in.Name] {
			return nil, fmt.Errorf("form %q has an input without a name of its own: %q", f.ID, in.Name)
		}
		seen[in.Name] = true
		if said != "" && in.Hint == "" { // no room for the text but here
			in.Hint, said = f.Text, ""
		}
		c, err := input(in)
		if err != nil {
			return nil, fmt.Errorf("form %q: %w", f.ID, err)
		}
		components = append(components, c)
	}
	return map[string]any{
		"custom_id": customID(f.ID, f.Value), "title": orDash(cut(emoji.Show(oneLine(f.Title)), maxFormTitle)), "components": components,
	}, nil
}

// input is an input in its label. A label that is too long is whole in the
// description.
func input(in bot.Input) (map[string]any, error) {
	label, hint := emoji.Show(oneLine(in.Label)), emoji.Show(oneLine(in.Hint))
	if hint == "" && length(label) > maxInputLabel {
		hint = label
	}
	out := map[string]any{"type": labelled, "label": orDash(cut(label, maxInputLabel))}
	if hint != "" {
		out["description"] = cut(hint, maxDescribed)
	}
	if len(in.Options) > 0 {
		choice, err := choose(in)
		out["component"] = choice
		return out, err
	}
	style := 1
	if in.Multiline {
		style = 2
	}
	value := clean(in.Value)
	if !in.Multiline {
		value = oneLine(in.Value)
	}
	field := map[string]any{
		"type": textInput, "custom_id": in.Name, "style": style, "required": !in.Optional, "max_length": maxInputText,
	}
	if value = cut(value, maxInputText); value != "" {
		field["value"] = value
	}
	out["component"] = field
	return out, nil
}

func choose(in bot.Input) (map[string]any, error) {
	if len(in.Options) > maxOptions {
		return nil, fmt.Errorf("input %q has more than %d options", in.Name, maxOptions)
	}
	var options []any
	for _, o := range in.Options {
		if o.Value == "" || length(o.Value) > maxOptionValue {
			return nil, fmt.Errorf("option %q of input %q has no value or too long a one", o.Label, in.Name)
		}
		shown := map[string]any{"value": o.Value, "label": orDash(cut(emoji.Show(oneLine(o.Label)), maxOptionLabel))}
		if o.Value == in.Value {
			shown["default"] = true
		}
		options = append(options, shown)
	}
	return map[string]any{"type": stringSelect, "custom_id": in.Name, "required": !in.Optional, "options": options}, nil
}

// fields reads what was filled in: inputs in labels, and in rows as older
// servers send them.
func fields(all []component) map[string]string {
	out := map[string]string{}
	var read func(c component)
	read = func(c component) {
		for _, under := range c.Components {
			read(under)
		}
		if c.Component != nil {
			read(*c.Component)
		}
		if c.ID == "" {
			return
		}
		out[c.ID] = c.Value
		if len(c.Values) > 0 {
			out[c.ID] = c.Values[0]
		}
	}
	for _, c := range all {
		read(c)
	}
	return out
}
