package slack

import (
	"context"
	"errors"
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"

	"sereno/bot"
)

// What Slack answers where a message of ours cannot be removed but can still
// be edited (docs.slack.dev/reference/methods/chat.delete).
var cannotRemove = []string{"cant_delete_message", "compliance_exports_prevent_deletion"}

// withdraw removes a message of ours with all its parts and files; where Slack
// keeps it, it reads what the delivery says instead. What is gone is withdrawn.
func (a *Adapter) withdraw(ctx context.Context, d *bot.Delivery) (bot.Receipt, error) {
	if d.Target.Message == "" {
		return bot.Receipt{}, unsendable(errors.New("no message to withdraw"))
	}
	channel, err := a.whereIs(ctx, d)
	if err != nil {
		return bot.Receipt{}, err
	}
	belonging, err := a.belonging(ctx, channel, d)
	if err != nil {
		return bot.Receipt{}, a.failure("look for all parts of the message in "+channel, err)
	}
	// The last first: were we to stop half-way, the first still leads to the others.
	for _, m := range slices.Backward(belonging) {
		for _, f := range m.Files {
			if err := a.removeFile(ctx, d, f.ID); err != nil {
				return bot.Receipt{}, err
			}
		}
		if err := a.remove(ctx, d, channel, m.Timestamp); err != nil {
			return bot.Receipt{}, err
		}
	}
	return bot.Receipt{Channel: channel, Message: d.Target.Message}, nil
}

// whereIs is the channel of the delivery's target, which for a direct message
// is known by its person alone.
func (a *Adapter) whereIs(ctx context.Context, d *bot.Delivery) (string, error) {
	if d.Channel != "" {
		return d.Channel, nil
	}
	return a.directWith(ctx, d.User)
}

// removeFile deletes a file, which without its message would still be found. One
// that Slack keeps, for compliance, is reached by who has its address alone.
func (a *Adapter) removeFile(ctx context.Context, d *bot.Delivery, id string) error {
	_, err := call(ctx, a, a.delivering("files.delete", "", d.Key+" "+id), func(ctx context.Context) (struct{}, error) {
		return struct{}{}, a.api.DeleteFileContext(ctx, id)
	})
	switch answer(err) {
	case "file_not_found", "file_deleted":
		return nil
	case "cant_delete_file":
		a.log.Warn("slack keeps a file of what was withdrawn", "file", id, "incident", d.Incident)
		return nil
	}
	return a.failure("files.delete", err)
}

// remove deletes one message, or edits it where it must stay.
func (a *Adapter) remove(ctx context.Context, d *bot.Delivery, channel, ts string) error {
	t := a.delivering("chat.delete", channel, d.Key+" "+ts)
	_, err := call(ctx, a, t, func(ctx context.Context) (string, error) {
		_, ts, err := a.api.DeleteMessageContext(ctx, channel, ts)
		return ts, err
	})
	switch code := answer(err); {
	case err == nil || code == "message_not_found":
		return nil
	case slices.Contains(cannotRemove, code):
		parts := render(d)
		if len(parts) == 0 {
			parts = []part{{text: "–"}}
		}
		there := *d
		there.Channel, there.Target = channel, bot.Ref{Message: ts}
		_, err := a.update(ctx, &there, parts[0])
		return err
	}
	return a.failure("chat.delete in "+channel, err)
}

// belonging finds the messages that were sent for one delivery, by the key in
// their metadata, and the files that were shared with it; the target at least.
// They were written one after the other within minutes.
func (a *Adapter) belonging(ctx context.Context, channel string, d *bot.Delivery) ([]slackgo.Message, error) {
	target := d.Target.Message
	alone := make([]slackgo.Message, 1)
	alone[0].Timestamp = target
	said, err := a.around(ctx, channel, d.Thread.Message, target)
	if err != nil {
		if code := answer(err); code == "thread_not_found" || code == "message_not_found" {
			return alone, nil
		}
		return nil, err
	}
	i := slices.IndexFunc(said, func(m slackgo.Message) bool { return m.Timestamp == target })
	if i < 0 {
		return alone, nil
	}
	key, _ := said[i].Metadata.EventPayload[MetadataKey].(string)
	names := filesOf(said[i].Metadata)
	if key == "" {
		return alone, nil
	}
	out := alone
	slices.SortFunc(said, func(x, y slackgo.Message) int { return strings.Compare(x.Timestamp, y.Timestamp) })
	for _, m := range said {
		switch {
		case !earlier(target, m.Timestamp):
		case m.Metadata.EventPayload[MetadataKey] == key:
			out = append(out, m)
		case len(names) > 0 && a.sharedBy(m) && sameNames(m.Files, names):
			out = append(out, m)
			names = nil
		}
	}
	return out, nil
}

// around reads what was said from the message on, for some minutes: in its
// thread when it is in one, in the channel otherwise.
func (a *Adapter) around(ctx context.Context, channel, root, ts string) ([]slackgo.Message, error) {
	if root != "" {
		t := turn{method: "conversations.replies", channel: channel, patience: a.tune.call}
		return call(ctx, a, t, func(ctx context.Context) ([]slackgo.Message, error) {
			msgs, _, _, err := a.api.GetConversationRepliesContext(ctx, &slackgo.GetConversationRepliesParameters{
				ChannelID: channel, Timestamp: root, Oldest: ts, Inclusive: true, Limit: pageSize, IncludeAllMetadata: true,
			})
			return msgs, err
		})
	}
	from, _ := instant(ts)
	p := &slackgo.GetConversationHistoryParameters{
		ChannelID: channel, Oldest: ts, Latest: stamp(from.Add(clocksApart)), Inclusive: true, Limit: pageSize, IncludeAllMetadata: true,
	}
	var out []slackgo.Message
	for range findPages {
		r, err := call(ctx, a, turn{method: "conversations.history", channel: channel, patience: a.tune.call}, func(ctx context.Context) (*slackgo.GetConversationHistoryResponse, error) {
			return a.api.GetConversationHistoryContext(ctx, p)
		})
		if err != nil {
			return nil, err
		}
		out = append(out, r.Messages...)
		if p.Cursor = r.ResponseMetaData.NextCursor; p.Cursor == "" {
			break
		}
	}
	return out, nil
}
