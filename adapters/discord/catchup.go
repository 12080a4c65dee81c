package discord

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"sereno/adapters/internal/gaps"
	"sereno/bot"
)

const (
	sideBySide = 4 // channels read at once
	readTries  = 5 // how often one page is asked for
)

// keepUp reads the history whenever that is asked for, and finds out by it when
// live messages do not come any more.
func (a *Adapter) keepUp(ctx context.Context, in bot.Inbox) error {
	return gaps.KeepUp(ctx, a.history.Asked(), a.tune.sweep, a.tune.patience, func(ctx context.Context, comparing bool) error {
		missed, err := a.catchUp(ctx, in)
		if err != nil {
			return err
		}
		in.CaughtUp(Platform)
		if comparing && missed > 0 {
			a.log.Warn("messages were found that discord never sent", "messages", missed)
			a.link.drop()
		}
		return nil
	})
}

// catchUp reads every served channel from where it was left, and does not give
// up on one while trying again can help. It returns an error only when ctx ends.
func (a *Adapter) catchUp(ctx context.Context, in bot.Inbox) (missed int, err error) {
	gap := a.history.Gap()
	pending := in.Channels(Platform)
	slices.Sort(pending)
	lost := time.AfterFunc(a.tune.patience, func() {
		for _, c := range in.Channels(Platform) {
			if _, opened := a.history.Open(c, gap); opened {
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
		active := newActive(a)
		g, gctx := errgroup.WithContext(ctx)
		g.SetLimit(sideBySide)
		for _, channel := range pending {
			g.Go(func() error {
				n, err := a.catchUpChannel(gctx, in, channel, active)
				mu.Lock()
				defer mu.Unlock()
				missed += n
				switch {
				case err == nil:
					a.history.Open(channel, gap)
				case ctx.Err() != nil:
				case refusedToken(err):
					a.tokenRefused(err)
					failed = append(failed, channel)
				case refused(err):
					a.log.Error("cannot read the channel; “sereno check --online” says why", "channel", channel, "err", explained(err))
					a.history.Open(channel, gap)
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
			a.history.OpenAll(gap)
			return missed, nil
		} else if err := wait.Pause(ctx, pause); err != nil {
			return missed, err
		}
		pending = failed
	}
}

// catchUpChannel accepts what was said in the channel since it was last read,
// oldest first, answers in threads among it.
func (a *Adapter) catchUpChannel(ctx context.Context, in bot.Inbox, channel string, active *active) (missed int, err error) {
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
	mark := from
	p, err := patiently(ctx, a, func(ctx context.Context) (*place, error) { return a.places.get(ctx, channel) })
	if err != nil {
		return 0, fmt.Errorf("channel %s: %w", channel, err)
	}
	var said []message
	if from != "" && isSnowflake(from) { // else nothing was ever accepted: what is older is not for us
		if said, err = a.saidSince(ctx, in, p, from, active); err != nil {
			return 0, err
		}
	}
	late := a.clock.Now().Add(-a.tune.late) // a message as old should have come live
	for i := range said {
		m := &said[i]
		root := m.Channel == channel || p.posts() && m.Channel == m.ID
		if root && earlier(mark, m.ID) {
			mark = m.ID
		}
		if a.history.HasMet(channel, m.ID) {
			continue
		}
		e, err := a.posted(ctx, s.me, m)
		if err != nil {
			return missed, err
		}
		if e == nil {
			continue
		}
		if err := in.Accept(ctx, *e); err != nil {
			return missed, fmt.Errorf("accept %s: %w", e.Key, err)
		}
		if e.At.Before(late) {
			missed++
		}
		if err := a.acceptEdit(ctx, in, s.me, m); err != nil {
			return missed, err
		}
	}
	if from != "" {
		a.history.SetMark(channel, mark)
		err = a.editedBefore(ctx, in, s.me, p, from)
	}
	return missed, err
}

// acceptEdit accepts that the message was changed, if it was: the same event as
// a live one, and the same each time that it is read.
func (a *Adapter) acceptEdit(ctx context.Context, in bot.Inbox, me identity, m *message) error {
	e, err := a.edit(ctx, me, m)
	if e == nil || err != nil {
		return err
	}
	if err := in.Accept(ctx, *e); err != nil {
		return fmt.Errorf("accept %s: %w", e.Key, err)
	}
	return nil
}

// editedBefore accepts what was changed of the newest messages that were read
// before: Discord tells of edits only while somebody listens, and the history
// says when a message was changed. Those that were heard have the same key.
func (a *Adapter) editedBefore(ctx context.Context, in bot.Inbox, me identity, p *place, from string) error {
	if p.posts() {
		return nil
	}
	said, err := patiently(ctx, a, func(ctx context.Context) (page []message, err error) {
		return page, a.get(ctx, "/channels/"+p.ID+"/messages?limit="+strconv.Itoa(pageSize)+"&before="+after(from), &page)
	})
	if err != nil {
		return fmt.Errorf("messages of %s: %w", p.ID, err)
	}
	sortByAge(said)
	for i := range said {
		said[i].Channel = firstOf(said[i].Channel, p.ID)
		if err := a.acceptEdit(ctx, in, me, &said[i]); err != nil {
			return err
		}
	}
	return nil
}

// saidSince reads what was said in the channel and its threads after from,
// oldest first.
func (a *Adapter) saidSince(ctx context.Context, in bot.Inbox, p *place, from string, active *active) ([]message, error) {
	var said []message
	var err error
	if !p.posts() {
		if said, err = a.pages(ctx, p.ID, from); err != nil {
			return nil, err
		}
	}
	if p.Guild != "" {
		known, err := in.Threads(ctx, Platform, p.ID)
		if err != nil {
			return nil, fmt.Errorf("which threads to read: %w", err)
		}
		threads, err := active.since(ctx, p, instant(from))
		if err != nil {
			return nil, err
		}
		for _, t := range threads {
			after := from
			for _, k := range known {
				if k.Root == t.ID {
					after = firstOf(k.Last, k.Root)
				}
			}
			if t.Last != "" && !earlier(after, t.Last) {
				continue
			}
			if p.posts() && earlier(from, t.ID) { // what the post begins with has its id
				after = before(t.ID)
			}
			page, err := a.pages(ctx, t.ID, after)
			if gone(err) {
				continue
			}
			if err != nil {
				return nil, err
			}
			said = append(said, page...)
		}
	}
	sortByAge(said)
	return said, nil
}

// before is the id just before the given one, after the one just after it.
func before(id string) string { return beside(id, -1) }
func after(id string) string  { return beside(id, 1) }

func beside(id string, by int64) string {
	n, _ := strconv.ParseInt(id, 10, 64)
	return strconv.FormatInt(max(n+by, 0), 10)
}

func sortByAge(all []message) {
	slices.SortStableFunc(all, func(x, y message) int { return compare(x.ID, y.ID) })
}

// pages reads everything in a channel or thread after the given message.
func (a *Adapter) pages(ctx context.Context, channel, after string) ([]message, error) {
	var out []message
	for {
		page, err := patiently(ctx, a, func(ctx context.Context) ([]message, error) { return a.page(ctx, channel, after) })
		if err != nil {
			return nil, fmt.Errorf("messages of %s: %w", channel, err)
		}
		out = append(out, page...)
		if len(page) < pageSize {
			return out, nil
		}
		after = page[len(page)-1].ID
	}
}

// active knows the active threads of servers for one time of catching up: they
// are asked for once a server, not once a channel.
type active struct {
	a  *Adapter
	mu sync.Mutex
	by map[string][]place
}

func newActive(a *Adapter) *active { return &active{a: a, by: map[string][]place{}} }

// since lists the channel's threads in which something may have been said since
// the instant. Writing in a thread brings it back, and archiving notes when: so
// it is active, or was archived later.
func (x *active) since(ctx context.Context, p *place, since time.Time) ([]place, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if _, asked := x.by[p.Guild]; !asked {
		all, err := patiently(ctx, x.a, func(ctx context.Context) ([]place, error) { return x.a.activeThreads(ctx, p.Guild) })
		if err != nil {
			return nil, err
		}
		x.by[p.Guild] = all
	}
	var out []place
	for _, t := range x.by[p.Guild] {
		if t.Parent == p.ID {
			out = append(out, t)
		}
	}
	archived, err := x.a.archivedThreads(ctx, p, since)
	return append(out, archived...), err
}

// threadsOf lists the channel's threads in which something may have been said
// since the instant.
func (a *Adapter) threadsOf(ctx context.Context, p *place, since time.Time) ([]place, error) {
	return newActive(a).since(ctx, p, since)
}

type threadList struct {
	Threads []place `json:"threads"`
	More    bool    `json:"has_more"`
}

func (a *Adapter) activeThreads(ctx context.Context, guild string) ([]place, error) {
	var list threadList
	if err := a.get(ctx, "/guilds/"+guild+"/threads/active", &list); err != nil {
		return nil, fmt.Errorf("active threads: %w", err)
	}
	a.places.learn(guild, list.Threads...)
	return list.Threads, nil
}

// archivedThreads lists the channel's public threads that were archived since
// the instant, the last to be first.
func (a *Adapter) archivedThreads(ctx context.Context, p *place, since time.Time) ([]place, error) {
	var out []place
	before := ""
	for {
		list, err := patiently(ctx, a, func(ctx context.Context) (list threadList, err error) {
			return list, a.get(ctx, "/channels/"+p.ID+"/threads/archived/public?limit=100"+before, &list)
		})
		if refused(err) { // a channel without threads, or older servers
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("archived threads of %s: %w", p.ID, err)
		}
		a.places.learn(p.Guild, list.Threads...)
		last := ""
		for _, t := range list.Threads {
			if t.Meta != nil {
				last = t.Meta.ArchivedAt
			}
			if at, err := time.Parse(time.RFC3339Nano, last); err == nil && at.Before(since) {
				return out, nil
			}
			out = append(out, t)
		}
		next := "&before=" + url.QueryEscape(last)
		if !list.More || last == "" || next == before {
			return out, nil
		}
		before = next
	}
}

// patiently makes a call again while that can help. A channel with many threads
// takes many calls: were the first that fails to begin the channel all over,
// bad weather would keep it behind for ever.
func patiently[T any](ctx context.Context, a *Adapter, call func(context.Context) (T, error)) (T, error) {
	wait := a.waits()
	for try := 1; ; try++ {
		out, err := call(ctx)
		if err == nil || try == readTries || refused(err) || refusedToken(err) {
			return out, err
		}
		if ended := wait.Pause(ctx, retryAfter(err)); ended != nil {
			return out, err
		}
	}
}
