package slack

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"sereno/bot"
)

const (
	// clocksApart is how far Slack's clock and ours may be from each other.
	clocksApart = 10 * time.Minute
	// findPages bounds the search: a doubtful delivery is minutes old, not days.
	findPages = 10
)

// found is what Slack has of a delivery already: the ts of its parts, and
// whether its files are there.
type found struct {
	parts map[int]string
	files bool
}

// find looks for the parts of the delivery that Slack has already, by the key
// in their metadata. It reads the newest messages back to a little before the
// bot decided to say it, and one page at least, for that instant may come from
// a clock that is not the wall's.
func (a *Adapter) find(ctx context.Context, d *bot.Delivery, channel string) (found, error) {
	since := stamp(d.At.Add(-clocksApart))
	if d.At.IsZero() {
		since = ""
	}
	have := map[int]string{}
	var shared []string
	look := func(msgs []slackgo.Message) (older bool) {
		for _, m := range msgs {
			if a.sharedBy(m) && sameNames(m.Files, fileNames(d.Message.Files)) {
				shared = append(shared, m.Timestamp)
			}
			if m.Metadata.EventType == MetadataType && m.Metadata.EventPayload[MetadataKey] == d.Key {
				if i := partOf(m.Metadata); have[i] == "" || earlier(m.Timestamp, have[i]) {
					have[i] = m.Timestamp
				}
			}
			older = older || (since != "" && earlier(m.Timestamp, since))
		}
		return older
	}
	done := func() found {
		// Its files came after it.
		below := func(ts string) bool { return have[0] != "" && earlier(have[0], ts) }
		return found{parts: have, files: slices.ContainsFunc(shared, below)}
	}
	if d.Thread.Message != "" {
		err := a.findInThread(ctx, channel, d.Thread.Message, look)
		return done(), err
	}
	p := &slackgo.GetConversationHistoryParameters{ChannelID: channel, Limit: pageSize, IncludeAllMetadata: true}
	for range findPages {
		r, err := call(ctx, a, turn{method: "conversations.history", channel: channel, patience: a.tune.call}, func(ctx context.Context) (*slackgo.GetConversationHistoryResponse, error) {
			return a.api.GetConversationHistoryContext(ctx, p)
		})
		if err != nil {
			return found{}, err
		}
		p.Cursor = r.ResponseMetaData.NextCursor
		if older := look(r.Messages); older || p.Cursor == "" {
			break
		}
	}
	return done(), nil
}

// findInThread reads the whole thread: Slack gives its oldest answers first,
// and there is no asking for the newest.
func (a *Adapter) findInThread(ctx context.Context, channel, root string, look func([]slackgo.Message) bool) error {
	p := &slackgo.GetConversationRepliesParameters{ChannelID: channel, Timestamp: root, Limit: pageSize, IncludeAllMetadata: true}
	for {
		page, err := call(ctx, a, turn{method: "conversations.replies", channel: channel, patience: a.tune.call}, func(ctx context.Context) ([]slackgo.Message, error) {
			msgs, _, next, err := a.api.GetConversationRepliesContext(ctx, p)
			p.Cursor = next
			return msgs, err
		})
		if err != nil {
			return err
		}
		look(page)
		if p.Cursor == "" {
			return nil
		}
	}
}

// filesOf are the names of the files that were shared with the message.
func filesOf(m slackgo.SlackMetadata) []string {
	names, _ := m.EventPayload[MetadataFiles].(string)
	if names == "" {
		return nil
	}
	return strings.Split(names, "\n")
}

func partOf(m slackgo.SlackMetadata) int {
	s, _ := m.EventPayload[MetadataPart].(string)
	if n, err := strconv.Atoi(s); err == nil && n > 1 {
		return n - 1
	}
	return 0
}
