package mattermost

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/bot"
)

// private remembers whether we may show private notes by ourselves.
type private struct {
	mu      sync.Mutex
	granted bool      // we could, the last time
	until   time.Time // we could not, and do not ask before
}

// askAgain is how long a refusal is believed.
const askAgain = time.Hour

// isGranted reports whether we surely may.
func (p *private) isGranted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.granted
}

// isRefused reports whether we may surely not.
func (p *private) isRefused(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return now.Before(p.until)
}

func (p *private) learn(granted bool, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.granted = granted
	if !granted {
		p.until = now.Add(askAgain)
	}
}

// ephemeral shows the person something in the channel that nobody else sees. By
// ourselves we may do that only where an administrator granted
// create_post_ephemeral; in answer to a press or a command everybody may. Where
// neither is possible they get a direct message.
func (a *Adapter) ephemeral(ctx context.Context, at *server, d *bot.Delivery) (bot.Receipt, error) {
	if !model.IsValidId(d.User) {
		return bot.Receipt{}, unsendable(fmt.Errorf("%q is no person's id", d.User))
	}
	if d.Channel == "" || len(d.Message.Files) > 0 {
		return a.directInstead(ctx, at, d)
	}
	parts, err := a.page(ctx, d, d.Message, pressed{Channel: d.Channel, User: d.User}).render(at.maxPost)
	if err != nil {
		return bot.Receipt{}, unsendable(err)
	}
	if now := a.clock.Now(); !a.private.isRefused(now) {
		err := a.show(ctx, d, parts)
		if err == nil {
			a.private.learn(true, now)
		}
		if !barred(err) {
			return bot.Receipt{Channel: d.Channel}, a.failed("show a private note in "+d.Channel, err)
		}
		if refusedBy(err, http.StatusForbidden) {
			a.log.Info("private notes are shown in answer to commands and presses alone, or written directly; the bot has no permission create_post_ephemeral")
			a.private.learn(false, now)
		}
	}
	t := readTrigger(d.Trigger)
	if t.reply != "" && len(parts) == 1 && len(parts[0].attachments) == 0 && a.replies.give(ctx, t.reply, parts[0].text) {
		return bot.Receipt{Channel: d.Channel}, nil
	}
	if t.hook != "" {
		err := a.respond(ctx, t.hook, parts)
		if !barred(err) {
			return bot.Receipt{Channel: d.Channel}, a.failed("answer a command privately", err)
		}
		a.log.Debug("the response address of a command serves no more", "err", err)
	}
	return a.directInstead(ctx, at, d)
}

// directInstead writes directly what cannot be shown in the channel.
func (a *Adapter) directInstead(ctx context.Context, at *server, d *bot.Delivery) (bot.Receipt, error) {
	there := *d
	there.Thread = bot.Ref{}
	return a.direct(ctx, at, &there)
}

// show makes the parts appear as private notes.
func (a *Adapter) show(ctx context.Context, d *bot.Delivery, parts []part) error {
	for _, p := range parts {
		post := &model.Post{ChannelId: d.Channel, RootId: d.Thread.Message, Message: p.text}
		post.SetProps(p.props(d.Key))
		_, err := call(ctx, a, func(ctx context.Context) (*model.Post, *model.Response, error) {
			return a.api.CreatePostEphemeral(ctx, &model.PostEphemeral{UserID: d.User, Post: post})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// respond sends the parts to the response address of a command, which shows
// them to who typed it. The library has no call for it.
func (a *Adapter) respond(ctx context.Context, hook string, parts []part) error {
	for _, p := range parts {
		_, err := call(ctx, a, func(ctx context.Context) (struct{}, *model.Response, error) {
			r, err := a.hooks().DoAPIPostJSON(ctx, "/commands/"+hook, &model.CommandResponse{
				ResponseType: model.CommandResponseTypeEphemeral, Text: p.text, Attachments: p.attachments,
				SkipSlackParsing: true, // which would make mentions of <!channel>
			})
			if err == nil {
				r.Body.Close()
			}
			return struct{}{}, model.BuildResponse(r), err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// hooks is the library's client for addresses beside the API's, without our token.
func (a *Adapter) hooks() *model.Client4 {
	c := model.NewAPIv4Client(a.config.URL)
	c.APIURL = a.config.URL + "/hooks"
	c.HTTPClient = a.api.HTTPClient
	c.HTTPHeader = map[string]string{"Content-Type": "application/json"} // else the JSON is shown as text
	return c
}

// replies are the presses that wait for a private reply to take along in their
// answer: it is the only way of showing one without further permission.
type replies struct {
	mu      sync.Mutex
	waiting map[string]chan reply
}

type reply struct {
	text  string
	given chan struct{} // closed when it is on its way
}

// open makes a press ready to take a reply, until closed.
func (r *replies) open() (id string, taken <-chan reply, closed func()) {
	id = rand.Text()
	c := make(chan reply)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting == nil {
		r.waiting = map[string]chan reply{}
	}
	r.waiting[id] = c
	return id, c, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.waiting, id)
	}
}

// give hands the text to the press; false when it does not wait any more.
func (r *replies) give(ctx context.Context, id, text string) bool {
	r.mu.Lock()
	c := r.waiting[id]
	delete(r.waiting, id) // it takes one
	r.mu.Unlock()
	if c == nil || strings.TrimSpace(text) == "" {
		return false
	}
	t := time.NewTimer(time.Second)
	defer t.Stop()
	it := reply{text, make(chan struct{})}
	select {
	case c <- it:
	case <-t.C: // it left meanwhile
		return false
	case <-ctx.Done():
		return false
	}
	<-it.given
	return true
}
