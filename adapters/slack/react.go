package slack

import (
	"context"
	"errors"
	"strings"

	slackgo "github.com/slack-go/slack"

	"sereno/bot"
)

// react puts an emoji on a message. One that is there already is there.
func (a *Adapter) react(ctx context.Context, d *bot.Delivery) (bot.Receipt, error) {
	name := strings.Trim(d.Reaction, ":")
	if d.Target.Message == "" || name == "" {
		return bot.Receipt{}, unsendable(errors.New("no message or no emoji to put on it"))
	}
	channel, err := a.whereIs(ctx, d)
	if err != nil {
		return bot.Receipt{}, err
	}
	_, err = call(ctx, a, a.delivering("reactions.add", channel, d.Key), func(ctx context.Context) (struct{}, error) {
		return struct{}{}, a.api.AddReactionContext(ctx, name, slackgo.NewRefToMessage(channel, d.Target.Message))
	})
	if err != nil && answer(err) != "already_reacted" {
		return bot.Receipt{}, a.failure("reactions.add in "+channel, err)
	}
	return bot.Receipt{Channel: channel, Message: d.Target.Message}, nil
}
