package mattermost

import (
	"context"
	"errors"
	"fmt"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/bot"
)

// What a dialog may hold, as the server checks it: bytes, not characters
// (model.Dialog.IsValid).
const (
	maxInputs     = 50
	maxOptions    = 100
	maxTextLine   = 150
	maxTextInput  = 3000
	maxLineLength = 1000 // characters that may be typed into a line
)

// openForm shows a dialog to who pressed or typed. It is bound to that person:
// they can see its state, and could send it as somebody else.
func (a *Adapter) openForm(ctx context.Context, d *bot.Delivery) (bot.Receipt, error) {
	t := readTrigger(d.Trigger)
	switch {
	case d.Form == nil:
		return bot.Receipt{}, unsendable(errors.New("there is no form"))
	case t.dialog == "":
		return bot.Receipt{}, unsendable(errors.New("a form opens only in answer to a press or a command"))
	case !model.IsValidId(d.User):
		return bot.Receipt{}, unsendable(fmt.Errorf("%q is no person's id", d.User))
	}
	dialog, err := a.dialog(d)
	if err != nil {
		return bot.Receipt{}, unsendable(err)
	}
	_, err = call(ctx, a, func(ctx context.Context) (struct{}, *model.Response, error) {
		r, err := a.api.OpenInteractiveDialog(ctx, model.OpenDialogRequest{
			TriggerId: t.dialog, URL: a.config.CallbackURL + DialogsPath, Dialog: *dialog,
		})
		return struct{}{}, r, err
	})
	if err != nil {
		return bot.Receipt{}, a.failed("open the form "+d.Form.ID, err)
	}
	return bot.Receipt{Channel: d.Channel}, nil
}

func (a *Adapter) dialog(d *bot.Delivery) (*model.Dialog, error) {
	f := d.Form
	if len(f.Inputs) == 0 || len(f.Inputs) > maxInputs {
		return nil, fmt.Errorf("form %q has %d inputs", f.ID, len(f.Inputs))
	}
	state, err := seal(a.signer.dialog, filled{Form: f.ID, Value: f.Value, User: d.User, Channel: d.Channel, Key: d.Key})
	if err != nil {
		return nil, err
	}
	out := &model.Dialog{
		CallbackId:       f.ID,
		Title:            short(f.Title),
		IntroductionText: inert(trim(f.Text)),
		SubmitLabel:      short(firstOf(oneLine(f.Submit), "OK")),
		State:            state,
	}
	for _, in := range f.Inputs {
		e, err := element(in)
		if err != nil {
			return nil, fmt.Errorf("form %q: %w", f.ID, err)
		}
		out.Elements = append(out.Elements, *e)
	}
	if err := out.IsValid(); err != nil {
		return nil, fmt.Errorf("form %q: %w", f.ID, err)
	}
	return out, nil
}

// short is a title or a label in the 24 bytes that there are.
func short(s string) string {
	return firstOf(cutBytes(oneLine(s), model.DialogTitleMaxLength), "–")
}

func element(in bot.Input) (*model.DialogElement, error) {
	if in.Name == "" {
		return nil, errors.New("an input has no name")
	}
	e := &model.DialogElement{
		DisplayName: short(in.Label), Name: in.Name, Optional: in.Optional,
		HelpText: cutBytes(oneLine(in.Hint), model.DialogElementHelpTextMaxLength),
	}
	switch {
	case len(in.Options) > 0:
		return choice(e, in)
	case in.Multiline || len(clean(in.Value)) > maxTextLine:
		e.Type, e.MaxLength = "textarea", maxTextInput
		e.Default = cutBytes(clean(in.Value), maxTextInput)
	default:
		e.Type, e.MaxLength = "text", maxLineLength
		e.Default = oneLine(in.Value)
	}
	// A label that had to be cut is whole in the help text.
	if label := oneLine(in.Label); e.HelpText == "" && e.DisplayName != label {
		e.HelpText = cutBytes(label, model.DialogElementHelpTextMaxLength)
	}
	return e, nil
}

func choice(e *model.DialogElement, in bot.Input) (*model.DialogElement, error) {
	if len(in.Options) > maxOptions {
		return nil, fmt.Errorf("input %q has more than %d options", in.Name, maxOptions)
	}
	e.Type = "select"
	for _, o := range in.Options {
		if o.Value == "" {
			return nil, fmt.Errorf("option %q of input %q has no value", o.Label, in.Name)
		}
		e.Options = append(e.Options, &model.PostActionOptions{Text: firstOf(cut(oneLine(o.Label), maxTextLine), o.Value), Value: o.Value})
		if o.Value == in.Value {
			e.Default = o.Value
		}
	}
	return e, nil
}
