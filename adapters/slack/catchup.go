package slack

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"sereno/adapters/internal/gaps"
	"sereno/bot"
)

const (
	pageSize    = 200 // what Slack recommends as the most for a page of history
	sideBySide  = 4   // channels read at once
	manyThreads = 8   // with more open threads, their roots tell which have news
)

// gap: for a while no socket was open.
func (a *Adapter) gap() {
	if s := a.session.Load(); s != nil {
		a.history.Close(s.in.Channels(Platform))
		a.history.Ask()
	}
}

// keepUp reads the history whenever that is asked for, and finds out by it when
// live messages do not come any more.
func (a *Adapter) keepUp(ctx context.Context, in bot.Inbox) error {
	return gaps.KeepUp(ctx, a.history.Asked(), a.tune.sweep, a.tune.patience, func(ctx context.Context, comparing bool) error {
		missed, err := a.catchUp(ctx, in, !comparing)
		if err != nil {
			return err
		}
		in.CaughtUp(Platform)
		if comparing && missed > 0 {
			a.log.Warn("messages were found that slack never sent", "messages", missed)
			a.sockets.drop()
		}
		return nil
	})
}

// catchUp reads every served channel from where it was left, and does not give
// up on one while trying again can help. It returns an error only when ctx ends.
func (a *Adapter) catchUp(ctx context.Context, in bot.Inbox, threads bool) (missed int, err error) {
	gap := a.history.Gap()
	pending := in.Channels(Platform)
	slices.Sort(pending)
	lost := time.AfterFunc(a.tune.patience, func() {
		for _, c := range in.Channels(Platform) {
			if opened, err := a.letIn(ctx, in, c, gap); err != nil {
				a.unaccepted(err) // it is tried again when catching up ends
			} else if opened {
				a.log.Warn("letting live messages in although older ones cannot be read yet", "channel", c)
			}
		}
	})
	defer lost.Stop()
	wait := a.waits()
	for {
		var mu sync.Mutex
		var failed []string
		var pause time.Duration
		g, gctx := errgroup.WithContext(ctx)
		g.SetLimit(sideBySide)
		for _, channel := range pending {
			g.Go(func() error {
				n, err := a.catchUpChannel(gctx, in, channel, threads)
				if err == nil {
					_, err = a.letIn(gctx, in, channel, gap)
				}
				mu.Lock()
				defer mu.Unlock()
				missed += n
				switch {
				case err == nil:
				case ctx.Err() != nil:
				case refusedToken(err):
					a.tokenRefused(err)
					failed = append(failed, channel)
				case barred(err):
					a.log.Error("cannot read the channel; is the bot a member of it?", "channel", channel, "err", err)
					if _, err := a.letIn(ctx, in, channel, gap); err != nil {
						a.unaccepted(err)
						failed = append(failed, channel)
					}
				default:
					a.log.Warn("cannot catch up with the channel yet", "channel", channel, "err", err)
					failed = append(failed, channel)
					pause = max(pause, retryAfter(err))
				}
				return nil
			})
		}
		_ = g.Wait() // the functions keep their errors to themselves
		if ctx.Err() != nil {
			return missed, ctx.Err()
		}
		if now := a.history.Gap(); now != gap { // all over again, from the same places
			gap, failed = now, in.Channels(Platform)
		} else if len(failed) == 0 {
			return missed, nil
		} else if err := wait.Pause(ctx, pause); err != nil {
			return missed, err
		}
		pending = failed
	}
}

// letIn opens the channel's gate, after what was kept at it.
func (a *Adapter) letIn(ctx context.Context, in bot.Inbox, channel string, gap int) (opened bool, err error) {
	for {
		kept, opened := a.history.Open(channel, gap)
		if len(kept) == 0 {
			return opened, nil
		}
		slices.SortStableFunc(kept, func(x, y bot.Event) int { return x.At.Compare(y.At) })
		for i, e := range kept {
			if err := in.Accept(ctx, e); err != nil {
				a.history.Keep(channel, kept[i:]...)
				return false, fmt.Errorf("accept %s: %w", e.Key, err)
			}
			if e.Kind == bot.MessagePosted {
				a.history.Met(channel, e.Message)
			}
		}
	}
}

// barred reports whether Slack will not let us read, however often we ask.
func barred(err error) bool {
	code := answer(err)
	return code != "" && retryAfter(err) == 0 && !refusedToken(err) && !slices.Contains(stumbled, code)
}

// catchUpChannel accepts what was said in the channel since it was last read,
// oldest first, answers in threads among it.
func (a *Adapter) catchUpChannel(ctx context.Context, in bot.Inbox, channel string, threads bool) (missed int, err error) {
	s := a.session.Load()
	if s == nil {
		return 0, context.Canceled
	}
	from := a.history.Mark(channel)
	if from == "" {
		if from, err = in.Cursor(ctx, Platform, channel); err != nil {
			return 0, fmt.Errorf("where to read on: %w", err)
		}
	}
	var said []message
	if from != "" { // else nothing was ever accepted: what is older is not for us
		if said, err = a.historyOf(ctx, &slackgo.GetConversationHistoryParameters{ChannelID: channel, Oldest: from}); err != nil {
			return 0, err
		}
	}
	mark := from
	for _, m := range said {
		if earlier(mark, m.TS) {
			mark = m.TS
		}
	}
	for _, root := range said {
		if root.replies > 0 && root.thread() == "" {
			answers, err := a.answers(ctx, channel, root.TS, root.TS)
			if err != nil {
				return 0, err
			}
			said = append(said, answers...)
		}
	}
	if threads {
		answers, err := a.openThreads(ctx, in, channel)
		if err != nil {
			return 0, err
		}
		said = append(said, answers...)
	}
	slices.SortStableFunc(said, func(x, y message) int {
		switch {
		case earlier(x.TS, y.TS):
			return -1
		case earlier(y.TS, x.TS):
			return 1
		}
		return strings.Compare(x.TS, y.TS)
	})
	said = slices.CompactFunc(said, func(x, y message) bool { return x.TS == y.TS })
	late := a.clock.Now().Add(-a.tune.late)
	for _, m := range said {
		if a.history.HasMet(channel, m.TS) {
			continue
		}
		e := a.posted(ctx, s.me, "", channel, m)
		if e == nil {
			continue
		}
		if err := in.Accept(ctx, *e); err != nil {
			return missed, fmt.Errorf("accept %s: %w", e.Key, err)
		}
		if e.At.Before(late) {
			missed++
		}
	}
	if mark != "" {
		a.history.SetMark(channel, mark)
	}
	return missed, nil
}

// historyOf reads all pages of a channel's history, in no promised order.
func (a *Adapter) historyOf(ctx context.Context, p *slackgo.GetConversationHistoryParameters) ([]message, error) {
	var out []message
	p.Limit = pageSize
	for {
		r, err := patiently(ctx, a, a.reading("conversations.history", p.ChannelID), func(ctx context.Context) (*slackgo.GetConversationHistoryResponse, error) {
			return a.api.GetConversationHistoryContext(ctx, p)
		})
		if err != nil {
			return nil, fmt.Errorf("conversations.history of %s: %w", p.ChannelID, err)
		}
		for _, m := range r.Messages {
			out = append(out, fromHistory(m))
		}
		p.Cursor = r.ResponseMetaData.NextCursor
		if p.Cursor == "" {
			return out, nil
		}
	}
}

// answers reads what was said in the thread after the given ts.
func (a *Adapter) answers(ctx context.Context, channel, root, after string) ([]message, error) {
	var out []message
	p := &slackgo.GetConversationRepliesParameters{ChannelID: channel, Timestamp: root, Oldest: after, Limit: pageSize}
	for {
		var next string
		page, err := patiently(ctx, a, a.reading("conversations.replies", channel), func(ctx context.Context) (msgs []slackgo.Message, err error) {
			msgs, _, next, err = a.api.GetConversationRepliesContext(ctx, p)
			return msgs, err
		})
		p.Cursor = next
		if err != nil {
			return nil, fmt.Errorf("conversations.replies of %s in %s: %w", root, channel, err)
		}
		for _, m := range page {
			// Slack puts the root before every page's answers.
			if m.Timestamp != root && earlier(after, m.Timestamp) {
				out = append(out, fromHistory(m))
			}
		}
		if p.Cursor == "" {
			return out, nil
		}
	}
}

// openThreads reads what was said in the threads in which somebody may still write.
func (a *Adapter) openThreads(ctx context.Context, in bot.Inbox, channel string) ([]message, error) {
	threads, err := in.Threads(ctx, Platform, channel)
	if err != nil {
		return nil, fmt.Errorf("which threads to read: %w", err)
	}
	latest := map[string]string{}
	if len(threads) > manyThreads {
		if latest, err = a.latestAnswers(ctx, channel, threads); err != nil {
			return nil, err
		}
	}
	var out []message
	for _, t := range threads {
		after := firstOf(t.Last, t.Root)
		if newest, known := latest[t.Root]; known && !earlier(after, newest) {
			continue
		}
		answers, err := a.answers(ctx, channel, t.Root, after)
		switch answer(err) {
		case "thread_not_found", "message_not_found": // the root was deleted
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, answers...)
	}
	return out, nil
}

// latestAnswers tells the newest answer of each thread whose root it meets in
// the channel's history: one call for up to 200 roots, where asking each thread
// would be a call apiece at some 50 a minute. It stops when that would not pay.
func (a *Adapter) latestAnswers(ctx context.Context, channel string, threads []bot.ThreadCursor) (map[string]string, error) {
	wanted := map[string]bool{}
	oldest := threads[0].Root
	for _, t := range threads {
		wanted[t.Root] = true
		if earlier(t.Root, oldest) {
			oldest = t.Root
		}
	}
	latest := map[string]string{}
	p := &slackgo.GetConversationHistoryParameters{ChannelID: channel, Oldest: oldest, Inclusive: true, Limit: pageSize}
	for range len(threads) / 2 {
		r, err := patiently(ctx, a, a.reading("conversations.history", channel), func(ctx context.Context) (*slackgo.GetConversationHistoryResponse, error) {
			return a.api.GetConversationHistoryContext(ctx, p)
		})
		if err != nil {
			return nil, fmt.Errorf("conversations.history of %s: %w", channel, err)
		}
		for _, m := range r.Messages {
			if wanted[m.Timestamp] {
				latest[m.Timestamp] = m.LatestReply
			}
		}
		p.Cursor = r.ResponseMetaData.NextCursor
		if p.Cursor == "" || len(latest) == len(wanted) {
			break
		}
	}
	return latest, nil
}

// fetch reads one message; false when it cannot be had in time.
func (a *Adapter) fetch(ctx context.Context, channel, ts string) (*message, bool) {
	ctx, cancel := context.WithTimeout(ctx, a.tune.hold)
	defer cancel()
	turn := turn{method: "conversations.replies", channel: channel, patience: a.tune.hold}
	found, err := call(ctx, a, turn, func(ctx context.Context) ([]slackgo.Message, error) {
		msgs, _, _, err := a.api.GetConversationRepliesContext(ctx, &slackgo.GetConversationRepliesParameters{
			ChannelID: channel, Timestamp: ts, Oldest: ts, Latest: ts, Inclusive: true, Limit: 2,
		})
		return msgs, err
	})
	if err != nil {
		a.log.Warn("cannot read the message that was reacted to", "channel", channel, "message", ts, "err", err)
	}
	for _, m := range found {
		if m.Timestamp == ts {
			out := fromHistory(m)
			return &out, true
		}
	}
	return nil, false
}

// readTries is how often one page is asked for.
const readTries = 5

// patiently makes a call again while that can help. A channel with many threads
// takes many calls: were the first that fails to begin the channel all over,
// bad weather would keep it behind for ever.
func patiently[T any](ctx context.Context, a *Adapter, t turn, do func(context.Context) (T, error)) (T, error) {
	wait := a.waits()
	for try := 1; ; try++ {
		out, err := call(ctx, a, t, do)
		if err == nil || try == readTries || barred(err) || refusedToken(err) {
			return out, err
		}
		if ended := wait.Pause(ctx, retryAfter(err)); ended != nil {
			return out, err
		}
	}
}

// within makes one call with a deadline.
func within[T any](ctx context.Context, d time.Duration, call func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return call(ctx)
}
