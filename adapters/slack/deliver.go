package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	slackgo "github.com/slack-go/slack"

	"sereno/bot"
)

// The metadata that every message of ours carries, by which it is found again
// after a send whose outcome we did not learn.
const (
	MetadataType = "sereno_delivery"
	MetadataKey  = "key"  // the delivery's key
	MetadataPart = "part" // "2" for the second message of a long one; absent on the first
	// MetadataFiles are the names of the files that were shared below it, one a line.
	MetadataFiles = "files"
)

// Deliver hands one delivery to Slack. A message too long for one of Slack's
// becomes several, and the receipt names the first. Of an update only what fits
// into one message is shown: the rest of a long one was posted beside it.
//
// A doubtful message is looked for first and not sent again when Slack has it.
// A doubtful update is repeated, which changes nothing the second time. A
// doubtful ephemeral note leaves no trace to look for and is repeated.
func (a *Adapter) Deliver(ctx context.Context, d *bot.Delivery) (bot.Receipt, error) {
	switch d.Kind {
	case bot.OpenForm:
		return a.openForm(ctx, d)
	case bot.Withdraw:
		return a.withdraw(ctx, d)
	case bot.React:
		return a.react(ctx, d)
	case bot.Home:
		return a.home(ctx, d)
	}
	if err := checkButtons(d.Message.Buttons); err != nil {
		return bot.Receipt{}, unsendable(err)
	}
	parts := render(d)
	if files := d.Message.Files; len(files) > 0 && (len(parts) == 0 || d.Kind == bot.Ephemeral || d.Kind == bot.Refused) {
		parts = append(parts, named(fileNames(files))) // a note to one person has no attachments
	}
	if len(parts) == 0 {
		return bot.Receipt{}, unsendable(errors.New("there is nothing in the message"))
	}
	switch d.Kind {
	case bot.Post:
		return a.post(ctx, d, d.Channel, parts)
	case bot.Update:
		return a.update(ctx, d, parts[0])
	case bot.Direct:
		return a.direct(ctx, d, parts)
	case bot.Page:
		if d.User != "" {
			return a.direct(ctx, d, parts)
		}
		return a.post(ctx, d, d.Channel, parts)
	case bot.Ephemeral, bot.Refused:
		return a.ephemeral(ctx, d, parts)
	}
	return bot.Receipt{}, unsendable(fmt.Errorf("slack cannot deliver a %q", d.Kind))
}

func unsendable(err error) error {
	return &bot.DeliveryError{Permanent: true, NotSent: true, Err: err}
}

// post sends the parts that Slack does not have yet.
func (a *Adapter) post(ctx context.Context, d *bot.Delivery, channel string, parts []part) (bot.Receipt, error) {
	if channel == "" {
		return bot.Receipt{}, unsendable(errors.New("neither a channel nor a person to send it to"))
	}
	have := found{parts: map[int]string{}}
	if d.Doubtful {
		var err error
		if have, err = a.find(ctx, d, channel); err != nil {
			return bot.Receipt{}, stillDoubtful(a.failure("look for the message in "+channel, err))
		}
	}
	var files handedOver
	if !have.files && d.Kind != bot.Ephemeral && d.Kind != bot.Refused {
		var err error
		if files, err = a.upload(ctx, d); err != nil {
			if d.Doubtful {
				err = stillDoubtful(err)
			}
			return bot.Receipt{}, err
		}
		if len(files.left) > 0 && len(files.left)+len(files.files) > 0 {
			parts = append(parts, named(files.left))
		}
	}
	if err := a.send(ctx, d, channel, parts, have.parts); err != nil {
		return bot.Receipt{}, err
	}
	if len(files.files) > 0 {
		if err := a.attach(ctx, d, channel, files.files, parts, have.parts); err != nil {
			return bot.Receipt{}, err
		}
	}
	return bot.Receipt{Channel: channel, Message: have.parts[0]}, nil
}

// attach shares the files below the message. Where Slack does not let us
// (an organisation in a shared channel may forbid files), they are named there.
func (a *Adapter) attach(ctx context.Context, d *bot.Delivery, channel string, files []slackgo.FileSummary, parts []part, have map[int]string) error {
	err := a.share(ctx, d, channel, files)
	var known *bot.DeliveryError
	if !errors.As(err, &known) || !known.Permanent {
		return stillDoubtful(err)
	}
	a.log.Error("files are named instead of attached", "incident", d.Incident, "channel", channel, "err", err)
	var names []string
	for _, f := range files {
		names = append(names, f.Title)
	}
	return a.send(ctx, d, channel, append(parts, named(names)), have)
}

// send sends the parts that are not there yet, and notes where they are.
func (a *Adapter) send(ctx context.Context, d *bot.Delivery, channel string, parts []part, have map[int]string) error {
	for i, p := range parts {
		if have[i] != "" {
			continue
		}
		turn := a.delivering("chat.postMessage", channel, d.Key)
		if i > 0 { // half of it is there: rather wait than leave it so
			turn.key, turn.patience = "", a.tune.call
		}
		ts, err := call(ctx, a, turn, func(ctx context.Context) (string, error) {
			_, ts, err := a.api.PostMessageContext(ctx, channel, append(p.options(d), slackgo.MsgOptionMetadata(metadata(d, i)))...)
			return ts, err
		})
		if err != nil {
			err = a.failure("chat.postMessage to "+channel, err)
			if len(have) > 0 { // a part of it is there
				err = stillDoubtful(err)
			}
			return err
		}
		have[i] = ts
	}
	return nil
}

// options are what every way of sending a message has in common.
func (p part) options(d *bot.Delivery) []slackgo.MsgOption {
	o := []slackgo.MsgOption{
		slackgo.MsgOptionText(p.text, false), // escaped by render
		slackgo.MsgOptionBlocks(p.blocks...),
		slackgo.MsgOptionDisableLinkUnfurl(),
		slackgo.MsgOptionDisableMediaUnfurl(),
	}
	if d.Thread.Message != "" && d.Kind != bot.Update {
		o = append(o, slackgo.MsgOptionTS(d.Thread.Message))
	}
	return o
}

func metadata(d *bot.Delivery, i int) slackgo.SlackMetadata {
	payload := map[string]any{MetadataKey: d.Key}
	if names := fileNames(d.Message.Files); i == 0 && len(names) > 0 {
		payload[MetadataFiles] = cut(strings.Join(names, "\n"), maxField)
	}
	if i > 0 {
		payload[MetadataPart] = strconv.Itoa(i + 1)
	}
	return slackgo.SlackMetadata{EventType: MetadataType, EventPayload: payload}
}

// stillDoubtful takes back that Slack surely does not have it: this attempt
// failed before anything was sent, but an earlier one may have got through.
func stillDoubtful(err error) error {
	var known *bot.DeliveryError
	if errors.As(err, &known) {
		known.NotSent = false
	}
	return err
}

func (a *Adapter) update(ctx context.Context, d *bot.Delivery, p part) (bot.Receipt, error) {
	if d.Target.Message == "" {
		return bot.Receipt{}, unsendable(errors.New("no message to update"))
	}
	channel, err := a.whereIs(ctx, d)
	if err != nil {
		return bot.Receipt{}, err
	}
	_, err = call(ctx, a, a.delivering("chat.update", channel, d.Key), func(ctx context.Context) (string, error) {
		_, ts, _, err := a.api.UpdateMessageContext(ctx, channel, d.Target.Message, p.options(d)...)
		return ts, err
	})
	if err != nil {
		return bot.Receipt{}, a.failure("chat.update in "+channel, err)
	}
	return bot.Receipt{Channel: channel, Message: d.Target.Message}, nil
}

func (a *Adapter) direct(ctx context.Context, d *bot.Delivery, parts []part) (bot.Receipt, error) {
	channel, err := a.directWith(ctx, d.User)
	if err != nil && d.Doubtful {
		err = stillDoubtful(err)
	}
	if err != nil {
		return bot.Receipt{}, err
	}
	r, err := a.post(ctx, d, channel, parts)
	if answer(err) == "channel_not_found" { // the conversation that we knew is gone
		a.directs.Forget(d.User)
	}
	return r, err
}

// directWith is the direct conversation with the person; opening it again is harmless.
func (a *Adapter) directWith(ctx context.Context, user string) (string, error) {
	if user == "" {
		return "", unsendable(errors.New("no person to write to"))
	}
	if id, ok := a.directs.Get(user); ok {
		return id, nil
	}
	c, err := call(ctx, a, a.delivering("conversations.open", "", user), func(ctx context.Context) (*slackgo.Channel, error) {
		c, _, _, err := a.api.OpenConversationContext(ctx, &slackgo.OpenConversationParameters{Users: []string{user}, ReturnIM: true})
		return c, err
	})
	if err == nil && (c == nil || c.ID == "") {
		err = errors.New("slack named no conversation")
	}
	if err != nil {
		return "", unsent(a.failure("conversations.open with "+user, err))
	}
	a.directs.Set(user, c.ID)
	return c.ID, nil
}

// unsent: whatever became of the call, the message itself was not sent by it.
func unsent(err error) error {
	var known *bot.DeliveryError
	if errors.As(err, &known) {
		known.NotSent = true
	}
	return err
}

// privately writes to the person what cannot be shown to them in the channel.
// Somebody of another organisation, in a channel that is shared with it, may be
// out of reach of direct messages too: they are asked there to write to us,
// for what is private stays private.
func (a *Adapter) privately(ctx context.Context, d *bot.Delivery, parts []part) (bot.Receipt, error) {
	there := *d
	there.Thread = bot.Ref{}
	r, err := a.direct(ctx, &there, parts)
	var known *bot.DeliveryError
	if a.aside == nil || !errors.As(err, &known) || !known.Permanent {
		return r, err
	}
	words := strings.TrimSpace(mentions([]string{d.User}) + " " + escape(a.aside(d.Channel)))
	a.log.Warn("asking somebody who cannot be written to for a direct message", "channel", d.Channel, "user", d.User, "err", err)
	hint := part{text: words, blocks: []slackgo.Block{
		slackgo.NewSectionBlock(&slackgo.TextBlockObject{Type: slackgo.MarkdownType, Text: words}, nil, nil),
	}}
	return a.post(ctx, d, d.Channel, []part{hint})
}

// ephemeral shows the person something in the channel that nobody else sees;
// where Slack does not let us (they are not in it, or it is another company's
// and restricted), they get a direct message.
func (a *Adapter) ephemeral(ctx context.Context, d *bot.Delivery, parts []part) (bot.Receipt, error) {
	if d.User == "" {
		return bot.Receipt{}, unsendable(errors.New("no person to show it to"))
	}
	if d.Channel == "" {
		return a.direct(ctx, d, parts)
	}
	for i, p := range parts {
		_, err := call(ctx, a, a.delivering("chat.postEphemeral", d.Channel, d.Key+strconv.Itoa(i)), func(ctx context.Context) (string, error) {
			return a.api.PostEphemeralContext(ctx, d.Channel, d.User, p.options(d)...)
		})
		if i == 0 && slices.Contains(directInstead, answer(err)) {
			a.log.Info("writing directly what cannot be shown in the channel", "channel", d.Channel, "reason", answer(err))
			return a.privately(ctx, d, parts)
		}
		if err != nil {
			return bot.Receipt{}, a.failure("chat.postEphemeral in "+d.Channel, err)
		}
	}
	return bot.Receipt{Channel: d.Channel}, nil
}
