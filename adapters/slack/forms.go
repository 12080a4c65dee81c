package slack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"sereno/bot"
)

// What Slack takes in a modal (docs.slack.dev/reference/views).
const (
	maxFormTitle   = 24
	maxFormValue   = 3000
	maxInputs      = 98 // 100 blocks, two of which may hold the text
	maxInputLabel  = 2000
	maxInputText   = 3000
	maxOptions     = 100
	maxOptionValue = 150
)

// triggerLives is how long Slack takes a trigger.
const triggerLives = 3 * time.Second

// openForm opens a modal. The trigger is good once and for three seconds, so
// that a failure because of it is final. A doubtful one whose trigger was used,
// or whose view exists, was opened by the earlier attempt.
func (a *Adapter) openForm(ctx context.Context, d *bot.Delivery) (bot.Receipt, error) {
	if d.Form == nil {
		return bot.Receipt{}, unsendable(errors.New("no form to open"))
	}
	if d.Trigger == "" {
		return bot.Receipt{}, unsendable(errors.New("a form needs a trigger, and none came with the event"))
	}
	view, err := modal(d.Form)
	if err != nil {
		return bot.Receipt{}, unsendable(err)
	}
	// Slack keeps external ids unique: the same delivery cannot open two views.
	sum := sha256.Sum256([]byte(d.Key))
	view.ExternalID = hex.EncodeToString(sum[:])
	// Its trigger does not live long enough to come back later.
	_, err = call(ctx, a, turn{method: "views.open", patience: triggerLives}, func(ctx context.Context) (*slackgo.ViewResponse, error) {
		return a.api.OpenViewContext(ctx, d.Trigger, view)
	})
	switch answer(err) {
	case "duplicate_external_id":
		err = nil
	case "exchanged_trigger_id", "trigger_exchanged":
		if d.Doubtful {
			err = nil
		}
	}
	if err != nil {
		return bot.Receipt{}, a.failure("views.open", err)
	}
	return bot.Receipt{}, nil
}

// modal gives a form Slack's shape. It fails on what cannot be shown whole
// and must not be cut.
func modal(f *bot.Form) (slackgo.ModalViewRequest, error) {
	var v slackgo.ModalViewRequest
	switch {
	case utf8.RuneCountInString(f.Value) > maxFormValue:
		return v, fmt.Errorf("the value of form %q is longer than %d characters", f.ID, maxFormValue)
	case len(f.Inputs) == 0 || len(f.Inputs) > maxInputs:
		return v, fmt.Errorf("form %q has %d inputs", f.ID, len(f.Inputs))
	}
	v = slackgo.ModalViewRequest{
		Type:            slackgo.VTModal,
		Title:           plainText(cut(orDash(oneLine(f.Title)), maxFormTitle)),
		Submit:          plainText(cut(firstOf(oneLine(f.Submit), "OK"), maxFormTitle)),
		PrivateMetadata: f.Value,
		CallbackID:      f.ID,
	}
	for i, p := range pieces(f.Text, maxSection) {
		if i == 2 {
			break
		}
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, slackgo.NewSectionBlock(plainText(p), nil, nil))
	}
	seen := map[string]bool{}
	for _, in := range f.Inputs {
		if in.Name == "" || seen[in.Name] {
			return v, fmt.Errorf("form %q has an input without a name of its own: %q", f.ID, in.Name)
		}
		seen[in.Name] = true
		b, err := input(in)
		if err != nil {
			return v, fmt.Errorf("form %q: %w", f.ID, err)
		}
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, b)
	}
	return v, nil
}

func input(in bot.Input) (slackgo.Block, error) {
	label := plainText(cut(orDash(oneLine(in.Label)), maxInputLabel))
	var hint *slackgo.TextBlockObject
	if h := oneLine(in.Hint); h != "" {
		hint = plainText(cut(h, maxInputLabel))
	}
	var element slackgo.BlockElement
	if len(in.Options) > 0 {
		choice, err := choose(in)
		if err != nil {
			return nil, err
		}
		element = choice
	} else {
		text := slackgo.NewPlainTextInputBlockElement(nil, in.Name)
		text.Multiline = in.Multiline
		text.InitialValue = cut(in.Value, maxInputText)
		text.MaxLength = maxInputText
		element = text
	}
	b := slackgo.NewInputBlock(in.Name, label, hint, element)
	b.Optional = in.Optional
	return b, nil
}

func choose(in bot.Input) (slackgo.BlockElement, error) {
	if len(in.Options) > maxOptions {
		return nil, fmt.Errorf("input %q has more than %d options", in.Name, maxOptions)
	}
	e := slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeStatic, nil, in.Name)
	for _, o := range in.Options {
		if o.Value == "" || utf8.RuneCountInString(o.Value) > maxOptionValue {
			return nil, fmt.Errorf("option %q of input %q has no value or too long a one", o.Label, in.Name)
		}
		shown := slackgo.NewOptionBlockObject(o.Value, plainText(cut(orDash(oneLine(o.Label)), maxLabel)), nil)
		e.Options = append(e.Options, shown)
		if o.Value == in.Value {
			e.InitialOption = shown
		}
	}
	return e, nil
}
