package mattermost

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/bot"
)

// The properties that every post of ours bears, by which it is found again after
// a send whose outcome we did not learn. The second post of a long message has
// "#2" behind the delivery's key, and so on.
const (
	propKey    = "sereno_delivery"
	contextKey = "sereno" // of a button's context
)

func partKey(key string, i int) string {
	if i == 0 {
		return key
	}
	return key + "#" + strconv.Itoa(i+1)
}

// Deliver hands one delivery to the server. A message too long for one post
// becomes several, and the receipt names the first. Of an update only what fits
// into one post is shown.
//
// A doubtful message is looked for first and not sent again when the server has
// it. A doubtful update, withdrawal or reaction is repeated, which changes
// nothing the second time. A doubtful private note leaves no trace to look for
// and is repeated.
func (a *Adapter) Deliver(ctx context.Context, d *bot.Delivery) (bot.Receipt, error) {
	at, err := a.server(ctx)
	if err != nil {
		err = unsent(a.failed("ask the server who we are", err))
		if d.Doubtful {
			err = stillDoubtful(err)
		}
		return bot.Receipt{}, err
	}
	switch d.Kind {
	case bot.OpenForm:
		return a.openForm(ctx, d)
	case bot.React:
		return a.react(ctx, at, d)
	case bot.Withdraw:
		return a.withdraw(ctx, at, d)
	case bot.Home:
		return bot.Receipt{}, unsendable(errors.New("mattermost has no page of one's own"))
	}
	if isEmpty(&d.Message) {
		return bot.Receipt{}, unsendable(errors.New("there is nothing in the message"))
	}
	switch d.Kind {
	case bot.Post:
		return a.post(ctx, at, d, d.Channel)
	case bot.Update:
		return a.update(ctx, at, d, d.Message)
	case bot.Direct:
		return a.direct(ctx, at, d)
	case bot.Page:
		if d.User != "" {
			return a.direct(ctx, at, d)
		}
		return a.post(ctx, at, d, d.Channel)
	case bot.Ephemeral, bot.Refused:
		return a.ephemeral(ctx, at, d)
	}
	return bot.Receipt{}, unsendable(fmt.Errorf("mattermost cannot deliver a %q", d.Kind))
}

func isEmpty(m *bot.Message) bool {
	return strings.TrimSpace(m.Title+m.Text+m.Markdown+m.Quote+m.Footer) == "" &&
		len(m.Mentions) == 0 && len(m.Groups) == 0 && len(m.Fields) == 0 && len(m.Items) == 0 && len(m.Buttons) == 0 && len(m.Files) == 0
}

// page prepares the message: bound says where its buttons count.
func (a *Adapter) page(ctx context.Context, d *bot.Delivery, m bot.Message, bound pressed) *page {
	p := &page{Message: m, bound: bound, url: a.config.CallbackURL + ActionsPath, key: a.signer.action}
	p.call = a.mentions(ctx, m.Mentions, m.Groups)
	if d.Kind == bot.Page && p.call == "" && d.User == "" {
		p.call = "@channel" // nobody by name: everybody there
	}
	return p
}

// mentions are what notifies the people and the groups with those ids.
func (a *Adapter) mentions(ctx context.Context, people, groups []string) string {
	var out []string
	call := func(id string, name func(context.Context, string) string) {
		if !model.IsValidId(id) {
			return
		}
		if n := name(ctx, id); n != "" {
			out = append(out, "@"+n)
			return
		}
		a.log.Warn("nobody who can be mentioned has the id", "id", id)
	}
	for _, id := range people {
		call(id, func(ctx context.Context, id string) string { return a.people.get(ctx, id).username })
	}
	for _, id := range groups {
		call(id, a.groupName)
	}
	return strings.Join(out, " ")
}

// post sends the parts that the server does not have yet.
func (a *Adapter) post(ctx context.Context, at *server, d *bot.Delivery, channel string) (bot.Receipt, error) {
	if !model.IsValidId(channel) {
		return bot.Receipt{}, unsendable(fmt.Errorf("%q is no channel's id", channel))
	}
	posts, err := a.compose(ctx, at, d, channel)
	if err != nil {
		return bot.Receipt{}, unsendable(err)
	}
	have := map[int]string{}
	if d.Doubtful {
		if have, err = a.find(ctx, d, channel); err != nil {
			return bot.Receipt{}, stillDoubtful(a.failed("look for the message in "+channel, err))
		}
	}
	if err := a.attach(ctx, d, channel, posts, have); err != nil {
		if len(have) > 0 || d.Doubtful {
			err = stillDoubtful(err)
		}
		return bot.Receipt{}, err
	}
	for i, p := range posts {
		if have[i] != "" {
			continue
		}
		id, err := a.create(ctx, p)
		if err != nil {
			err = a.failed("post to "+channel, err)
			if len(have) > 0 { // a part of it is there
				err = stillDoubtful(err)
			}
			return bot.Receipt{}, err
		}
		have[i] = id
		a.sent.add(id, d.Key, p.RootId)
	}
	return bot.Receipt{Channel: channel, Message: have[0]}, nil
}

// compose is the posts that say it, without their files.
func (a *Adapter) compose(ctx context.Context, at *server, d *bot.Delivery, channel string) ([]*model.Post, error) {
	parts, err := a.page(ctx, d, d.Message, pressed{Channel: channel, Key: d.Key}).render(at.maxPost)
	if err != nil {
		return nil, err
	}
	if len(parts) == 0 {
		parts = []part{{}} // only files
	}
	for len(d.Message.Files) > len(parts)*filesEach {
		parts = append(parts, part{})
	}
	var out []*model.Post
	for i, p := range parts {
		post := &model.Post{
			ChannelId: channel, RootId: d.Thread.Message, Message: p.text,
			// The server knows the id again for 30 s (app/post.go, deduplicateCreatePost).
			PendingPostId: at.me + ":" + partKey(d.Key, i),
		}
		post.SetProps(p.props(partKey(d.Key, i)))
		if d.Kind == bot.Page && i == 0 && post.RootId == "" && at.urgent && !a.notUrgent.Load() {
			post.Metadata = &model.PostMetadata{Priority: &model.PostPriority{Priority: model.NewPointer(model.PostPriorityUrgent)}}
		}
		out = append(out, post)
	}
	return out, nil
}

// create makes one post. Where marking it as urgent is not for us, it goes
// without, and so do those after it.
func (a *Adapter) create(ctx context.Context, p *model.Post) (string, error) {
	send := func(ctx context.Context) (*model.Post, *model.Response, error) { return a.api.CreatePost(ctx, p) }
	made, err := call(ctx, a, send)
	if p.Metadata != nil && refusedBy(err, http.StatusBadRequest, http.StatusForbidden, http.StatusNotImplemented) {
		a.notUrgent.Store(true)
		p.Metadata = nil
		made, err = call(ctx, a, send)
	}
	if asFailure(err).id == notARoot && a.atItsRoot(ctx, p) {
		made, err = call(ctx, a, send)
	}
	if err == nil && !model.IsValidId(made.Id) {
		err = &failure{status: http.StatusOK, err: errors.New("the answer names no post")}
	}
	if err != nil {
		return "", err
	}
	return made.Id, nil
}

// notARoot is what the server says of a thread whose root is gone, or is an
// answer itself.
const notARoot = "api.post.create_post.root_id.app_error"

// atItsRoot puts a post that was to answer an answer into that one's thread.
func (a *Adapter) atItsRoot(ctx context.Context, p *model.Post) bool {
	to, err := call(ctx, a, func(ctx context.Context) (*model.Post, *model.Response, error) {
		return a.api.GetPost(ctx, p.RootId, "")
	})
	if err != nil || to.RootId == "" {
		return false
	}
	p.RootId = to.RootId
	return true
}

// direct writes to a person. When the server refuses, the conversation that we
// knew is gone, or so new that the server does not count us in it yet: somebody
// else opened it at the same moment (app/channel.go, GetOrCreateDirectChannel, which
// answers before it has dropped what it remembers of its members). So it
// is opened and tried once more.
func (a *Adapter) direct(ctx context.Context, at *server, d *bot.Delivery) (bot.Receipt, error) {
	r, err := a.directly(ctx, at, d)
	if refusedBy(err, http.StatusNotFound, http.StatusForbidden) {
		a.directs.Forget(d.User)
		r, err = a.directly(ctx, at, d)
	}
	return r, err
}

func (a *Adapter) directly(ctx context.Context, at *server, d *bot.Delivery) (bot.Receipt, error) {
	channel, err := a.directWith(ctx, at, d.User)
	if err != nil {
		if d.Doubtful {
			err = stillDoubtful(err)
		}
		return bot.Receipt{}, err
	}
	return a.post(ctx, at, d, channel)
}

// directWith is the direct conversation with the person; opening it again is
// harmless, but who asks while it is being opened waits for that.
func (a *Adapter) directWith(ctx context.Context, at *server, user string) (string, error) {
	if !model.IsValidId(user) {
		return "", unsendable(fmt.Errorf("%q is no person's id", user))
	}
	id, err, _ := a.directs.opening.Do(user, func() (any, error) {
		if id, ok := a.directs.Get(user); ok {
			return id, nil
		}
		c, err := call(ctx, a, func(ctx context.Context) (*model.Channel, *model.Response, error) {
			return a.api.CreateDirectChannel(ctx, at.me, user)
		})
		if err != nil {
			return "", err
		}
		a.directs.Set(user, c.Id)
		a.channels.learn(c.Id, place{direct: true})
		return c.Id, nil
	})
	if err != nil {
		return "", unsent(a.failed("open the direct conversation with "+user, err))
	}
	return id.(string), nil
}

// where is the channel of a delivery about a message of ours.
func (a *Adapter) where(ctx context.Context, at *server, d *bot.Delivery) (string, error) {
	if d.Channel != "" {
		return d.Channel, nil
	}
	return a.directWith(ctx, at, d.User)
}

// update lets a post of ours read otherwise; its files stay.
func (a *Adapter) update(ctx context.Context, at *server, d *bot.Delivery, m bot.Message) (bot.Receipt, error) {
	if !model.IsValidId(d.Target.Message) {
		return bot.Receipt{}, unsendable(errors.New("no message to update"))
	}
	channel, err := a.where(ctx, at, d)
	if err != nil {
		return bot.Receipt{}, err
	}
	parts, err := a.page(ctx, d, m, pressed{Channel: channel, Post: d.Target.Message}).render(at.maxPost)
	if err != nil {
		return bot.Receipt{}, unsendable(err)
	}
	p := only(parts)
	props := p.props(d.Key)
	props[model.PostPropsFromBot] = "true" // the server puts it on new posts alone
	if len(p.attachments) == 0 {
		props[model.PostPropsAttachments] = []*model.MessageAttachment{}
	}
	_, err = call(ctx, a, func(ctx context.Context) (*model.Post, *model.Response, error) {
		return a.api.PatchPost(ctx, d.Target.Message, &model.PostPatch{Message: &p.text, Props: &props})
	})
	if err != nil {
		return bot.Receipt{}, a.failed("change a post in "+channel, err)
	}
	return bot.Receipt{Channel: channel, Message: d.Target.Message}, nil
}

// only is what of a message can stand in one post: its first words, and what is
// under the last.
func only(parts []part) part {
	if len(parts) == 0 {
		return part{}
	}
	p := parts[0]
	p.attachments = parts[len(parts)-1].attachments
	return p
}

// withdraw removes a post of ours; where we may not, it is edited to say so.
// What is gone was withdrawn.
func (a *Adapter) withdraw(ctx context.Context, at *server, d *bot.Delivery) (bot.Receipt, error) {
	if !model.IsValidId(d.Target.Message) {
		return bot.Receipt{}, unsendable(errors.New("no message to withdraw"))
	}
	done := bot.Receipt{Channel: d.Channel, Message: d.Target.Message}
	_, err := call(ctx, a, func(ctx context.Context) (struct{}, *model.Response, error) {
		r, err := a.api.DeletePost(ctx, d.Target.Message)
		return struct{}{}, r, err
	})
	switch {
	case err == nil || refusedBy(err, http.StatusNotFound):
		return done, nil
	case !refusedBy(err, http.StatusForbidden):
		return bot.Receipt{}, a.failed("remove a post in "+d.Channel, err)
	}
	// Servers before 6 also say so of what is gone.
	_, err = call(ctx, a, func(ctx context.Context) (*model.Post, *model.Response, error) {
		return a.api.GetPost(ctx, d.Target.Message, "")
	})
	switch {
	case refusedBy(err, http.StatusNotFound):
		return done, nil
	case err != nil:
		return bot.Receipt{}, a.failed("look at a post in "+d.Channel, err)
	case isEmpty(&d.Message):
		return bot.Receipt{}, unsendable(errors.New("the bot may not remove its post (delete_post), and there is nothing to put in its place"))
	}
	return a.update(ctx, at, d, d.Message)
}

// react puts an emoji on a post. The same one twice is one.
func (a *Adapter) react(ctx context.Context, at *server, d *bot.Delivery) (bot.Receipt, error) {
	if !model.IsValidId(d.Target.Message) || d.Reaction == "" {
		return bot.Receipt{}, unsendable(errors.New("no message to react to, or nothing to react with"))
	}
	_, err := call(ctx, a, func(ctx context.Context) (*model.Reaction, *model.Response, error) {
		return a.api.SaveReaction(ctx, &model.Reaction{UserId: at.me, PostId: d.Target.Message, EmojiName: d.Reaction})
	})
	if err != nil {
		return bot.Receipt{}, a.failed("react in "+d.Channel, err)
	}
	return bot.Receipt{Channel: d.Channel, Message: d.Target.Message}, nil
}
