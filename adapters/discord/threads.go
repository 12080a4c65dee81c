package discord

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"sereno/bot"
)

const (
	maxThreadName = 100
	// keepThread is how long a quiet thread stays in sight, in minutes: a week, the
	// longest that Discord has. Writing in it brings it back at any time.
	keepThread = 10080
)

// spot is where a message is to be written. Reply is the message that it
// answers, where there is no thread for that.
type spot struct{ channel, reply string }

// spotOf finds where a delivery goes. The thread is begun if there is none;
// where Discord has no threads, or does not let us begin one, the message is a
// reply.
func (a *Adapter) spotOf(ctx context.Context, d *bot.Delivery, channel string) (spot, error) {
	root := d.Thread.Message
	if root == "" || !isSnowflake(root) {
		return spot{channel: channel}, nil
	}
	if t := a.places.cached(root); t != nil && t.thread() && t.Parent == channel {
		return spot{channel: root}, nil
	}
	p, err := a.places.get(ctx, channel)
	switch {
	case err != nil:
		return spot{}, unsent(a.failure("read channel "+channel, err))
	case p.direct():
		return spot{channel, root}, nil
	case p.posts():
		return spot{channel: root}, nil
	}
	var t place
	err = a.call(ctx, request{
		method: http.MethodPost, path: "/channels/" + channel + "/messages/" + root + "/threads",
		body: map[string]any{"name": threadName(d), "auto_archive_duration": keepThread},
	}, &t)
	switch {
	case err == nil:
		a.places.learn(p.Guild, t)
		return spot{channel: root}, nil
	case code(err) == threadExists:
		a.places.learn(p.Guild, place{ID: root, Type: publicThread, Parent: channel})
		return spot{channel: root}, nil
	case code(err) == unknownMessage: // a thread that began without a message, or whose message is gone
		if t, err := a.places.get(ctx, root); err == nil && t.thread() && t.Parent == channel {
			return spot{channel: root}, nil
		}
		return spot{channel, root}, nil
	case refused(err):
		a.log.Info("replying where no thread can be begun", "channel", channel, "reason", code(err))
		return spot{channel, root}, nil
	}
	return spot{}, unsent(a.failure("begin a thread in "+channel, err))
}

// threadName is what the thread is called in the list of channels.
func threadName(d *bot.Delivery) string {
	m := &d.Message
	name := oneLine(m.Title)
	if name == "" {
		first, _, _ := strings.Cut(strings.TrimSpace(clean(firstOf(m.Text, m.Quote))), "\n")
		name = cut(oneLine(first), 60)
	}
	if d.Incident != "" && !strings.Contains(name, d.Incident) {
		name = strings.TrimSuffix(d.Incident+" · "+name, " · ")
	}
	return orDash(cut(name, maxThreadName))
}

// onTarget does something with an earlier message. Which channel that is in is
// known for those of this process; else the thread of the delivery, the channel,
// and its threads of that time are tried. gone reports a message that is nowhere.
func (a *Adapter) onTarget(ctx context.Context, d *bot.Delivery, channel string, do func(channel string) error) error {
	id := d.Target.Message
	var tried []string
	attempt := func(channel string) (done bool, err error) {
		if slices.Contains(tried, channel) {
			return false, nil
		}
		tried = append(tried, channel)
		if err = do(channel); code(err) == archivedThread {
			if err = a.reopen(ctx, channel); err == nil {
				err = do(channel)
			}
		}
		if err == nil {
			a.where.Set(id, channel)
		}
		return !gone(err), err
	}
	var candidates []string
	if known, ok := a.where.Get(id); ok {
		candidates = append(candidates, known)
	}
	if isSnowflake(d.Thread.Message) {
		candidates = append(candidates, d.Thread.Message)
	}
	var err error
	for _, c := range append(candidates, channel) {
		var done bool
		if done, err = attempt(c); done {
			return err
		}
	}
	last := err
	threads, err := a.threadsAround(ctx, channel, id)
	if err != nil {
		return err
	}
	for _, t := range threads {
		if done, err := attempt(t); done {
			return err
		}
	}
	return last
}

// reopen brings an archived thread back, which writing in it would do by itself.
func (a *Adapter) reopen(ctx context.Context, thread string) error {
	return a.call(ctx, request{
		method: http.MethodPatch, path: "/channels/" + thread, body: map[string]any{"archived": false},
	}, nil)
}

// threadsAround lists the channel's threads that the message can be in: those
// that began before it and have messages as new, the newest first.
func (a *Adapter) threadsAround(ctx context.Context, channel, message string) ([]string, error) {
	p, err := a.places.get(ctx, channel)
	if err != nil || p.Guild == "" {
		return nil, err
	}
	all, err := a.threadsOf(ctx, p, instant(message))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, t := range all {
		if compare(t.ID, message) <= 0 && (t.Last == "" || compare(message, t.Last) <= 0) {
			out = append(out, t.ID)
		}
	}
	slices.SortFunc(out, func(x, y string) int { return cmp.Compare(0, compare(x, y)) })
	return out, nil
}
