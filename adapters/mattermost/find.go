package mattermost

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/bot"
)

const (
	// clocksApart is how far the server's clock and ours may be from each other.
	clocksApart = 10 * time.Minute
	pageSize    = 200 // the most posts that the server gives at once
	// findPages bounds the search: a doubtful delivery is minutes old, not days.
	findPages = 50
)

// find looks for the parts of the delivery that the server has already, by the
// key in their properties. It reads the channel's newest posts, answers in
// threads among them, back to a little before the bot decided to say it.
func (a *Adapter) find(ctx context.Context, d *bot.Delivery, channel string) (map[int]string, error) {
	since := d.At.Add(-clocksApart).UnixMilli()
	if d.At.IsZero() {
		since = 0
	}
	have, when := map[int]string{}, map[int]int64{}
	for n := range findPages {
		list, err := a.pageOf(ctx, channel, n)
		if err != nil {
			return nil, err
		}
		older := false
		for _, p := range ordered(list) {
			older = older || p.CreateAt < since
			key, _ := p.GetProp(propKey).(string)
			if i, ours := partOf(d.Key, key); ours && p.DeleteAt == 0 && (have[i] == "" || p.CreateAt < when[i]) {
				have[i], when[i] = p.Id, p.CreateAt
			}
		}
		if older || len(list.Order) < pageSize {
			break
		}
	}
	return have, nil
}

// pageOf reads one page of a channel's posts, the newest first.
func (a *Adapter) pageOf(ctx context.Context, channel string, n int) (*model.PostList, error) {
	return call(ctx, a, func(ctx context.Context) (*model.PostList, *model.Response, error) {
		return a.api.GetPostsForChannel(ctx, channel, n, pageSize, "", false, false)
	})
}

// ordered are a list's own posts, without the roots that came along with answers.
func ordered(list *model.PostList) []*model.Post {
	if list == nil {
		return nil
	}
	var out []*model.Post
	for _, id := range slices.Backward(list.Order) {
		if p := list.Posts[id]; p != nil {
			out = append(out, p)
		}
	}
	return out
}

// keyOfPart is the key of the delivery that a post bears.
func keyOfPart(borne string) string {
	if i := strings.LastIndexByte(borne, '#'); i > 0 {
		if _, ours := partOf(borne[:i], borne); ours {
			return borne[:i]
		}
	}
	return borne
}

// partOf tells which part of the delivery a post is, by the key that it bears.
func partOf(key, borne string) (int, bool) {
	if borne == key {
		return 0, key != ""
	}
	rest, ok := strings.CutPrefix(borne, key+"#")
	n, err := strconv.Atoi(rest)
	if !ok || err != nil || n < 2 || n > 10000 {
		return 0, false
	}
	return n - 1, true
}
