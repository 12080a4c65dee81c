package mattermost

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
	"golang.org/x/sync/errgroup"

	"sereno/adapters/internal/gaps"
	"sereno/bot"
)

const (
	sideBySide = 4 // channels read at once
	// overlap is read twice: of two posts that the server takes at once, the one
	// with the later time may be seen first.
	overlap = 5 * time.Second
	// sinceMax is how many posts the server gives for ?since= at most, and any
	// that they are: then they are read page by page.
	sinceMax = 1000
	// lostTrack is how far back is read where the place to begin at is gone.
	lostTrack = 24 * time.Hour
)

// gap: for a while nothing was brought.
func (a *Adapter) gap() {
	if s := a.session.Load(); s != nil {
		a.history.close(s.in.Channels(Platform))
		a.history.ask()
	}
}

// keepUp reads the history whenever that is asked for, and finds out by it when
// live messages do not come any more.
func (a *Adapter) keepUp(ctx context.Context, in bot.Inbox) error {
	return gaps.KeepUp(ctx, a.history.asked, a.tune.sweep, a.tune.patience, func(ctx context.Context, comparing bool) error {
		if comparing {
			a.learnServer(ctx, in)
		}
		missed, err := a.catchUp(ctx, in, comparing)
		if err != nil {
			return err
		}
		in.CaughtUp(Platform)
		if comparing && missed > 0 {
			a.log.Warn("messages were found that the socket never brought", "messages", missed)
			a.open.drop()
		}
		return nil
	})
}

// catchUp reads every channel that is behind, or all that are served when
// comparing, from where it was left, and does not give up on one while trying
// again can help. It returns an error only when ctx ends.
func (a *Adapter) catchUp(ctx context.Context, in bot.Inbox, comparing bool) (missed int, err error) {
	gap := a.history.gapNow()
	pending := a.history.pending()
	if comparing {
		pending = append(in.Channels(Platform), unserved)
	}
	impatient := time.AfterFunc(a.tune.patience, func() {
		for _, name := range a.history.pending() {
			if opened, err := a.letIn(ctx, in, name, gap); err != nil {
				a.unaccepted(err) // it is tried again when catching up ends
			} else if opened {
				a.log.Warn("letting live messages in although older ones cannot be read yet", "channel", name)
			}
		}
	})
	defer impatient.Stop()
	wait := a.waits()
	for {
		n, failed, pause := a.readAll(ctx, in, pending, gap)
		missed += n
		if ctx.Err() != nil {
			return missed, ctx.Err()
		}
		if now := a.history.gapNow(); now != gap { // those that are behind now, from the same places
			gap, failed = now, a.history.pending()
		}
		if len(failed) == 0 {
			return missed, nil
		}
		if err := wait.Pause(ctx, pause); err != nil {
			return missed, err
		}
		pending = failed
	}
}

// readAll reads several channels side by side, and answers those that failed
// and how long the server asked us to wait.
func (a *Adapter) readAll(ctx context.Context, in bot.Inbox, names []string, gap int) (missed int, failed []string, pause time.Duration) {
	var mu sync.Mutex
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(sideBySide)
	for _, name := range names {
		g.Go(func() error {
			n, err := a.catchUpWith(gctx, name)
			if barred(err) {
				a.log.Warn("cannot read the channel; is the bot a member of it?", "channel", name, "err", err)
				err = nil
			}
			if err == nil {
				_, err = a.letIn(gctx, in, name, gap)
			}
			mu.Lock()
			defer mu.Unlock()
			missed += n
			if err != nil && ctx.Err() == nil {
				if refusedToken(err) {
					a.tokenRefused(err)
				}
				a.log.Warn("cannot catch up with the channel yet", "channel", name, "err", err)
				failed = append(failed, name)
				pause = max(pause, retryAfter(err))
			}
			return nil
		})
	}
	_ = g.Wait() // the functions keep their errors to themselves
	return missed, failed, pause
}

// letIn opens a gate, after what was kept at it.
func (a *Adapter) letIn(ctx context.Context, in bot.Inbox, name string, gap int) (opened bool, err error) {
	for {
		kept, opened := a.history.open(name, gap)
		if len(kept) == 0 {
			return opened, nil
		}
		slices.SortStableFunc(kept, func(x, y bot.Event) int { return x.At.Compare(y.At) })
		for i, e := range kept {
			if a.history.hasMet(e) {
				continue
			}
			if err := a.accept(ctx, in, e); err != nil {
				a.history.putBack(name, kept[i:])
				return false, err
			}
			a.history.met(e)
		}
	}
}

// catchUpWith reads one channel, or all that are not served.
func (a *Adapter) catchUpWith(ctx context.Context, name string) (missed int, err error) {
	s := a.session.Load()
	if s == nil {
		return 0, context.Canceled
	}
	if name == unserved {
		return a.catchUpDirects(ctx, s)
	}
	from, err := a.readFrom(ctx, s, name)
	if err != nil {
		return 0, err
	}
	return a.catchUpFrom(ctx, s, name, from)
}

// readFrom is when the channel was read up to.
func (a *Adapter) readFrom(ctx context.Context, s *session, channel string) (time.Time, error) {
	if mark := a.history.mark(channel); !mark.IsZero() {
		return mark, nil
	}
	last, err := s.in.Cursor(ctx, Platform, channel)
	if err != nil {
		return time.Time{}, fmt.Errorf("where to read on: %w", err)
	}
	if last == "" { // nothing was ever accepted: what is older than now is not for us
		return a.newest(ctx, channel)
	}
	return a.writtenAt(ctx, channel, last)
}

// newest is when the channel's newest post was written; long ago when it has none.
func (a *Adapter) newest(ctx context.Context, channel string) (time.Time, error) {
	list, err := a.pageOf(ctx, channel, 0)
	if err != nil {
		return time.Time{}, err
	}
	newest := time.UnixMilli(1)
	for _, p := range ordered(list) {
		if at := instant(p.CreateAt); at.After(newest) {
			newest = at.Add(overlap + time.Millisecond) // itself is not for us either
		}
	}
	return newest, nil
}

// writtenAt is when a post was written. Of one that was deleted the server
// tells what was written after it.
func (a *Adapter) writtenAt(ctx context.Context, channel, id string) (time.Time, error) {
	if !model.IsValidId(id) {
		return a.clock.Now().Add(-lostTrack), nil
	}
	p, err := call(ctx, a, func(ctx context.Context) (*model.Post, *model.Response, error) { return a.api.GetPost(ctx, id, "") })
	if err == nil {
		return instant(p.CreateAt), nil
	}
	if !refusedBy(err, http.StatusNotFound, http.StatusForbidden, http.StatusBadRequest) {
		return time.Time{}, err
	}
	list, err := call(ctx, a, func(ctx context.Context) (*model.PostList, *model.Response, error) {
		return a.api.GetPostsAfter(ctx, channel, id, 0, 1, "", false, false)
	})
	if err != nil {
		return time.Time{}, err
	}
	if after := ordered(list); len(after) > 0 {
		return instant(after[0].CreateAt - 1), nil
	}
	return a.clock.Now().Add(-lostTrack), nil
}

// catchUpDirects reads the direct and group messages with news.
func (a *Adapter) catchUpDirects(ctx context.Context, s *session) (missed int, err error) {
	all, err := a.myChannels(ctx, s.at)
	if err != nil {
		return 0, err
	}
	for _, c := range all {
		where := placeOf(c.Type, c.TeamId)
		if !where.direct {
			continue
		}
		a.channels.learn(c.Id, where)
		from := a.history.mark(c.Id)
		if from.IsZero() {
			last, err := s.in.Cursor(ctx, Platform, c.Id)
			if err != nil {
				return missed, fmt.Errorf("where to read on: %w", err)
			}
			from = a.clock.Now().Add(-lostTrack) // somebody's first words to us
			if last != "" && c.LastPostAt > from.UnixMilli() {
				if from, err = a.writtenAt(ctx, c.Id, last); err != nil {
					return missed, err
				}
			}
		}
		if c.LastPostAt <= from.UnixMilli() {
			continue
		}
		n, err := a.catchUpFrom(ctx, s, c.Id, from)
		missed += n
		if err != nil {
			return missed, err
		}
	}
	return missed, nil
}

// myChannels are those that we are a member of. Servers before 6 tell them team
// by team, direct ones with each.
func (a *Adapter) myChannels(ctx context.Context, at *server) ([]*model.Channel, error) {
	all, err := call(ctx, a, func(ctx context.Context) ([]*model.Channel, *model.Response, error) {
		return a.api.GetChannelsForUserWithLastDeleteAt(ctx, at.me, 0)
	})
	if !barred(err) {
		return all, err
	}
	if len(at.teams) == 0 {
		return nil, nil
	}
	return call(ctx, a, func(ctx context.Context) ([]*model.Channel, *model.Response, error) {
		return a.api.GetChannelsForTeamForUser(ctx, at.team(), at.me, false, "")
	})
}

// catchUpFrom accepts what happened in the channel since then, the oldest first.
func (a *Adapter) catchUpFrom(ctx context.Context, s *session, channel string, from time.Time) (missed int, err error) {
	posts, err := a.since(ctx, channel, from.Add(-overlap))
	if err != nil {
		return 0, err
	}
	mark := from
	var found []bot.Event
	for _, p := range posts {
		if at := instant(p.UpdateAt); isInstant(p.UpdateAt) && at.After(mark) {
			mark = at
		}
		found = append(found, a.happenings(ctx, s.at, p, from.Add(-overlap))...)
	}
	slices.SortStableFunc(found, func(x, y bot.Event) int { return x.At.Compare(y.At) })
	late := a.clock.Now().Add(-a.tune.late)
	for _, e := range found {
		if a.history.hasMet(e) {
			continue
		}
		if err := a.accept(ctx, s.in, e); err != nil {
			return missed, err
		}
		a.history.met(e)
		if e.Kind == bot.MessagePosted && e.At.Before(late) && !e.At.Before(from) {
			missed++
		}
	}
	a.history.setMark(channel, mark)
	return missed, nil
}

// happenings are what befell a post since then: that it was written, that it
// was edited, reactions, or that it was deleted.
func (a *Adapter) happenings(ctx context.Context, at *server, p *model.Post, since time.Time) []bot.Event {
	if !isInstant(p.CreateAt) || !model.IsValidId(p.Id) || !model.IsValidId(p.ChannelId) {
		return nil
	}
	var out []bot.Event
	add := func(e *bot.Event) {
		if e != nil && !e.At.Before(since) {
			out = append(out, *e)
		}
	}
	if p.DeleteAt != 0 {
		add(a.deleted(ctx, at, p))
		return out
	}
	if instant(p.CreateAt).After(since) {
		add(a.posted(ctx, at, p))
	}
	add(a.edited(ctx, at, p))
	if p.Metadata != nil {
		for _, r := range p.Metadata.Reactions {
			if r != nil && model.IsValidId(r.UserId) && r.EmojiName != "" && isInstant(r.CreateAt) && !instant(r.CreateAt).Before(since) {
				r.PostId = p.Id
				add(a.reacted(ctx, at, p.ChannelId, r, p))
			}
		}
	}
	return out
}

// since reads what was written or changed in a channel since then.
func (a *Adapter) since(ctx context.Context, channel string, from time.Time) ([]*model.Post, error) {
	ms := max(from.UnixMilli(), 1)
	list, err := patiently(ctx, a, func(ctx context.Context) (*model.PostList, error) {
		return call(ctx, a, func(ctx context.Context) (*model.PostList, *model.Response, error) {
			return a.api.GetPostsSince(ctx, channel, ms, false)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("posts of %s since %d: %w", channel, ms, err)
	}
	out := ordered(list)
	if len(out) < sinceMax {
		return out, nil
	}
	return a.allSince(ctx, channel, ms, out)
}

// allSince adds to some posts those that were written since then, page by page.
func (a *Adapter) allSince(ctx context.Context, channel string, ms int64, out []*model.Post) ([]*model.Post, error) {
	have := map[string]bool{}
	for _, p := range out {
		have[p.Id] = true
	}
	for n := 0; ; n++ {
		list, err := patiently(ctx, a, func(ctx context.Context) (*model.PostList, error) { return a.pageOf(ctx, channel, n) })
		if err != nil {
			return nil, fmt.Errorf("posts of %s, page %d: %w", channel, n, err)
		}
		older := false
		for _, p := range ordered(list) {
			older = older || p.CreateAt < ms
			if !have[p.Id] && p.CreateAt >= ms {
				have[p.Id] = true
				out = append(out, p)
			}
		}
		if older || len(list.Order) < pageSize {
			return out, nil
		}
	}
}

// readTries is how often one page is asked for.
const readTries = 5

// patiently makes a call again while that can help. A channel with much to read
// takes many calls: were the first that fails to begin it all over, bad weather
// would keep it behind for ever.
func patiently[T any](ctx context.Context, a *Adapter, call func(context.Context) (T, error)) (T, error) {
	wait := a.waits()
	for try := 1; ; try++ {
		out, err := call(ctx)
		if err == nil || try == readTries || barred(err) || refusedToken(err) {
			return out, err
		}
		if ended := wait.Pause(ctx, retryAfter(err)); ended != nil {
			return out, err
		}
	}
}
