package discord

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"sereno/bot"
	"sereno/bot/emoji"
)

// maxNonce is how long a nonce may be.
const maxNonce = 25

// Deliver hands one delivery to Discord. A message too long for one of
// Discord's becomes several, and the receipt names the first; of an update only
// what fits into one is shown.
//
// A doubtful message is looked for first (find.go) and not sent again when
// Discord has it. What is doubtful of an update, a withdrawal or a reaction is
// repeated, which changes nothing the second time. A doubtful private answer
// leaves no trace to look for and is repeated.
func (a *Adapter) Deliver(ctx context.Context, d *bot.Delivery) (bot.Receipt, error) {
	switch d.Kind {
	case bot.OpenForm:
		return a.openForm(ctx, d)
	case bot.Withdraw:
		return a.withdraw(ctx, d)
	case bot.React:
		return a.react(ctx, d)
	}
	parts, err := a.render(d)
	if err != nil {
		return bot.Receipt{}, unsendable(err)
	}
	switch d.Kind {
	case bot.Post:
		return a.post(ctx, d, d.Channel, parts)
	case bot.Update:
		return a.update(ctx, d, parts)
	case bot.Direct:
		return a.direct(ctx, d, parts)
	case bot.Page:
		if d.User != "" {
			return a.direct(ctx, d, parts)
		}
		return a.post(ctx, d, d.Channel, parts)
	case bot.Ephemeral, bot.Refused:
		return a.private(ctx, d, parts)
	}
	return bot.Receipt{}, unsendable(fmt.Errorf("discord cannot deliver a %q", d.Kind))
}

// nonceOf is by what Discord recognises a repetition of the delivery's i-th message.
func nonceOf(key string, i int) string {
	sum := sha256.Sum256([]byte(strconv.Itoa(i) + "." + key))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:maxNonce]
}

// post sends the parts that Discord does not have yet.
func (a *Adapter) post(ctx context.Context, d *bot.Delivery, channel string, parts []part) (bot.Receipt, error) {
	if !isSnowflake(channel) {
		return bot.Receipt{}, unsendable(fmt.Errorf("%q is no channel and no person to send it to", channel))
	}
	at, err := a.spotOf(ctx, d, channel)
	if err != nil {
		if d.Doubtful {
			err = stillDoubtful(err)
		}
		return bot.Receipt{}, err
	}
	have := map[int]string{}
	if d.Doubtful {
		if have, err = a.find(ctx, d, at.channel, parts); err != nil {
			return bot.Receipt{}, stillDoubtful(a.failure("look for the message in "+at.channel, err))
		}
	}
	for i, p := range parts {
		if have[i] != "" {
			continue
		}
		id, err := a.create(ctx, d, at, i, p)
		if code(err) == unknownChannel && at.channel != channel { // the thread is gone
			a.places.forget(at.channel)
			at = spot{channel, d.Thread.Message}
			id, err = a.create(ctx, d, at, i, p)
		}
		if err != nil {
			err = a.failure("write in channel "+at.channel, err)
			if len(have) > 0 || d.Doubtful { // a part of it is there, or may be
				err = stillDoubtful(err)
			}
			return bot.Receipt{}, err
		}
		have[i] = id
	}
	return bot.Receipt{Channel: channel, Message: have[0]}, nil
}

// create writes one message. With the same nonce, it is written once.
func (a *Adapter) create(ctx context.Context, d *bot.Delivery, at spot, i int, p part) (string, error) {
	nonce := nonceOf(d.Key, i)
	body := p.payload()
	body["nonce"], body["enforce_nonce"] = nonce, true
	if at.reply != "" {
		body["message_reference"] = map[string]any{"message_id": at.reply, "fail_if_not_exists": false}
	}
	if _, known := a.tried.Get(nonce); !known {
		a.tried.Set(nonce, time.Now())
	}
	var m message
	err := a.call(ctx, request{
		method: http.MethodPost, path: "/channels/" + at.channel + "/messages", body: body, files: uploads(d, p.files, body),
		brief: i == 0, // with half of it there, rather wait than leave it so
	}, &m)
	if err != nil {
		return "", err
	}
	if m.ID == "" {
		return "", errors.New("discord names no message")
	}
	a.wrote(nonce, at.channel, m.ID)
	return m.ID, nil
}

func (a *Adapter) update(ctx context.Context, d *bot.Delivery, parts []part) (bot.Receipt, error) {
	channel, err := a.channelOf(ctx, d)
	if err != nil {
		return bot.Receipt{}, err
	}
	body := whole(parts).payload()
	err = a.onTarget(ctx, d, channel, func(channel string) error {
		return a.call(ctx, request{method: http.MethodPatch, path: messagePath(channel, d.Target.Message), body: body}, nil)
	})
	if err != nil {
		return bot.Receipt{}, a.failure("edit a message in "+channel, err)
	}
	return bot.Receipt{Channel: channel, Message: d.Target.Message}, nil
}

// withdraw removes a message of ours; one that is gone is.
func (a *Adapter) withdraw(ctx context.Context, d *bot.Delivery) (bot.Receipt, error) {
	channel, err := a.channelOf(ctx, d)
	if err != nil {
		return bot.Receipt{}, err
	}
	a.mine.Set(d.Target.Message, true)
	err = a.onTarget(ctx, d, channel, func(channel string) error {
		return a.call(ctx, request{method: http.MethodDelete, path: messagePath(channel, d.Target.Message)}, nil)
	})
	if err != nil && !gone(err) {
		return bot.Receipt{}, a.failure("remove a message in "+channel, err)
	}
	return bot.Receipt{Channel: channel, Message: d.Target.Message}, nil
}

func (a *Adapter) react(ctx context.Context, d *bot.Delivery) (bot.Receipt, error) {
	sign, ok := emoji.Unicode(d.Reaction)
	if !ok {
		return bot.Receipt{}, unsendable(fmt.Errorf("there is no emoji %q to react with", d.Reaction))
	}
	channel, err := a.channelOf(ctx, d)
	if err != nil {
		return bot.Receipt{}, err
	}
	err = a.onTarget(ctx, d, channel, func(channel string) error {
		path := messagePath(channel, d.Target.Message) + "/reactions/" + url.PathEscape(sign) + "/@me"
		return a.call(ctx, request{method: http.MethodPut, path: path}, nil)
	})
	if err != nil {
		return bot.Receipt{}, a.failure("react to a message in "+channel, err)
	}
	return bot.Receipt{Channel: channel, Message: d.Target.Message}, nil
}

func messagePath(channel, id string) string { return "/channels/" + channel + "/messages/" + id }

// channelOf is the channel of a delivery that is about an earlier message.
func (a *Adapter) channelOf(ctx context.Context, d *bot.Delivery) (string, error) {
	if !isSnowflake(d.Target.Message) {
		return "", unsendable(fmt.Errorf("%q is no message of discord's", d.Target.Message))
	}
	if d.Channel == "" {
		return a.directWith(ctx, d.User)
	}
	if !isSnowflake(d.Channel) {
		return "", unsendable(fmt.Errorf("%q is no channel of discord's", d.Channel))
	}
	return d.Channel, nil
}

func (a *Adapter) direct(ctx context.Context, d *bot.Delivery, parts []part) (bot.Receipt, error) {
	channel, err := a.directWith(ctx, d.User)
	if err != nil {
		if d.Doubtful {
			err = stillDoubtful(err)
		}
		return bot.Receipt{}, err
	}
	r, err := a.post(ctx, d, channel, parts)
	if code(err) == unknownChannel { // the conversation that we knew is gone
		a.directs.Forget(d.User)
	}
	return r, err
}

// directWith is the direct conversation with the person; opening it again is harmless.
func (a *Adapter) directWith(ctx context.Context, user string) (string, error) {
	if !isSnowflake(user) {
		return "", unsendable(fmt.Errorf("%q is no person of discord's to write to", user))
	}
	if id, ok := a.directs.Get(user); ok {
		return id, nil
	}
	var p place
	err := a.call(ctx, request{method: http.MethodPost, path: "/users/@me/channels", body: map[string]any{"recipient_id": user}}, &p)
	if err == nil && p.ID == "" {
		err = errors.New("discord names no conversation")
	}
	if err != nil {
		return "", unsent(a.failure("open a direct conversation with "+user, err))
	}
	p.Type = directMessage
	a.places.learn("", p)
	a.directs.Set(user, p.ID)
	return p.ID, nil
}
