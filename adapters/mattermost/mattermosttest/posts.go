package mattermosttest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/mattermost/mattermost/server/public/model"
)

const (
	pendingFor = 30 * time.Second // app/post.go, PendingPostIDsCacheTTL
	sinceMax   = 1000             // store/sqlstore/post_store.go, GetPostsSince
)

// view is the post as clients see it: without what buttons carry, and with its
// files and reactions. The lock is held.
func (s *Server) view(p *post) *model.Post {
	out := clone(p.Post)
	out.StripActionIntegrations()
	out.Metadata = &model.PostMetadata{Reactions: slices.Clone(p.reactions)}
	if p.Metadata != nil {
		out.Metadata.Priority = p.Metadata.Priority
	}
	for _, id := range p.FileIds {
		if f := s.files[id]; f != nil {
			out.Metadata.Files = append(out.Metadata.Files, f.info)
		}
	}
	return out
}

// clone copies the post, attachments and all.
func clone(p *model.Post) *model.Post {
	data, err := json.Marshal(p)
	if err != nil {
		panic(err)
	}
	var out model.Post
	if err := json.Unmarshal(data, &out); err != nil {
		panic(err)
	}
	return &out
}

func (s *Server) createPost(r *http.Request) (any, error) {
	p := decoded[model.Post](r)
	c, err := s.member(p.ChannelId)
	if err != nil {
		return nil, err
	}
	if old, ok := s.pending[p.PendingPostId]; ok && p.PendingPostId != "" && time.Now().Before(old.until) {
		return s.view(s.posts[old.id]), nil
	}
	if p.Metadata != nil && p.Metadata.Priority != nil && s.o.UrgentRefused {
		return nil, refuse(http.StatusForbidden, "api.post.post_priority.priority_post_not_allowed_for_user.request_error")
	}
	if root := s.posts[p.RootId]; p.RootId != "" && (root == nil || root.ChannelId != c.Id || root.RootId != "" || root.DeleteAt != 0) {
		return nil, refuse(http.StatusBadRequest, "api.post.create_post.root_id.app_error")
	}
	if err := s.takes(&p); err != nil {
		return nil, err
	}
	p.Id, p.UserId, p.CreateAt, p.EditAt, p.DeleteAt = model.NewId(), s.bot.Id, s.now(), 0, 0
	p.UpdateAt = p.CreateAt
	p.AddProp(model.PostPropsFromBot, "true")
	p.GenerateActionIds()
	s.pending[p.PendingPostId] = pendingPost{p.Id, time.Now().Add(pendingFor)}
	return s.view(s.add(c, &p)), nil
}

// takes refuses what a post cannot hold (model.Post.IsValid).
func (s *Server) takes(p *model.Post) error {
	props, err := json.Marshal(p.GetProps())
	switch {
	case err != nil:
		return refuse(http.StatusBadRequest, "model.post.is_valid.props.app_error")
	case utf8.RuneCountInString(p.Message) > s.o.MaxPostSize:
		return refuse(http.StatusBadRequest, "model.post.is_valid.msg.app_error")
	case utf8.RuneCount(props) > s.o.MaxProps:
		return refuse(http.StatusBadRequest, "model.post.is_valid.props.app_error")
	case utf8.RuneCountInString(model.ArrayToJSON(p.FileIds)) > model.PostFileidsMaxRunes:
		return refuse(http.StatusBadRequest, "model.post.is_valid.file_ids.app_error")
	}
	for _, a := range p.Attachments() {
		if err := a.IsValid(); err != nil {
			return refuse(http.StatusBadRequest, "model.post.is_valid.attachments.app_error")
		}
	}
	return nil
}

// add puts a post into its channel and tells who is connected. The lock is held.
func (s *Server) add(c *channel, p *model.Post) *post {
	it := &post{Post: p}
	s.posts[p.Id] = it
	c.order = append(c.order, it)
	c.LastPostAt = p.CreateAt
	if root := s.posts[p.RootId]; root != nil {
		root.UpdateAt = p.CreateAt
	}
	ev := s.event(model.WebsocketEventPosted, c)
	ev.Add("channel_type", string(c.Type))
	ev.Add("channel_display_name", c.DisplayName)
	ev.Add("channel_name", c.Name)
	if u := s.users[p.UserId]; u != nil {
		ev.Add("sender_name", "@"+u.Username)
	}
	ev.Add("team_id", c.TeamId)
	ev.Add("set_online", true)
	s.addPost(ev, it)
	s.broadcast(c, ev)
	return it
}

func (s *Server) getPost(r *http.Request) (any, error) {
	p := s.posts[r.PathValue("post")]
	if p == nil || p.DeleteAt != 0 {
		return nil, notFound("app.post.get.app_error")
	}
	if _, err := s.member(p.ChannelId); err != nil {
		return nil, err
	}
	return s.view(p), nil
}

// own answers a post that the bot may change. Of what is gone the server says
// that it may not be changed, and so, before 6, that it may not be removed.
func (s *Server) own(id string) (*post, error) {
	p := s.posts[id]
	switch {
	case p == nil:
		return nil, notFound("app.post.get.app_error")
	case p.UserId != s.bot.Id || p.DeleteAt != 0:
		return nil, notAllowed()
	}
	return p, nil
}

func (s *Server) patchPost(r *http.Request) (any, error) {
	p, err := s.own(r.PathValue("post"))
	if err != nil {
		return nil, err
	}
	patch := decoded[model.PostPatch](r)
	changed := clone(p.Post)
	changed.Patch(&patch)
	if err := s.takes(changed); err != nil {
		return nil, err
	}
	changed.AddProp(model.PostPropsFromBot, "true")
	changed.GenerateActionIds()
	s.edit(p, changed)
	return s.view(p), nil
}

// edit lets a post read otherwise; its old text stays as a post of its own,
// deleted and naming the original. The lock is held.
func (s *Server) edit(p *post, changed *model.Post) {
	old := clone(p.Post)
	old.OriginalId, old.Id = old.Id, model.NewId()
	now := s.now()
	old.UpdateAt, old.DeleteAt = now, now
	c := s.channels[p.ChannelId]
	c.order = append(c.order, &post{Post: old})
	changed.EditAt, changed.UpdateAt = now, now
	changed.Metadata = p.Metadata
	p.Post = changed
	ev := s.event(model.WebsocketEventPostEdited, c)
	s.addPost(ev, p)
	s.broadcast(c, ev)
}

func (s *Server) deletePost(r *http.Request) (any, error) {
	if s.o.NoDelete {
		return nil, notAllowed()
	}
	p, err := s.own(r.PathValue("post"))
	if err != nil {
		return nil, err
	}
	s.remove(p)
	return map[string]string{"status": "OK"}, nil
}

// remove deletes a post; the event shows it as it was. The lock is held.
func (s *Server) remove(p *post) {
	c := s.channels[p.ChannelId]
	ev := s.event(model.WebsocketEventPostDeleted, c)
	s.addPost(ev, p)
	now := s.now()
	p.DeleteAt, p.UpdateAt = now, now
	s.broadcast(c, ev)
}

func (s *Server) createReaction(r *http.Request) (any, error) {
	re := decoded[model.Reaction](r)
	p := s.posts[re.PostId]
	if p == nil || p.DeleteAt != 0 || re.UserId != s.bot.Id {
		return nil, notAllowed()
	}
	if _, known := model.GetSystemEmojiId(re.EmojiName); !known {
		return nil, notFound("app.emoji.get_by_name.no_result")
	}
	if err := re.IsValid(); err != nil && re.CreateAt != 0 {
		return nil, err
	}
	return s.react(p, re.UserId, re.EmojiName), nil
}

// react puts an emoji on a post, once for each person. The lock is held.
func (s *Server) react(p *post, user, name string) *model.Reaction {
	for _, r := range p.reactions {
		if r.UserId == user && r.EmojiName == name {
			return r
		}
	}
	r := &model.Reaction{UserId: user, PostId: p.Id, EmojiName: name, CreateAt: s.now()}
	p.reactions = append(p.reactions, r)
	p.HasReactions, p.UpdateAt = true, s.now()
	c := s.channels[p.ChannelId]
	ev := s.event(model.WebsocketEventReactionAdded, c)
	data, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	ev.Add("reaction", string(data))
	s.broadcast(c, ev)
	return r
}

// getPosts answers a page of a channel's posts, those after one of them, or
// what was written or changed since a time, deleted ones among it. The newest
// stand first; the roots of answers come along.
func (s *Server) getPosts(r *http.Request) (any, error) {
	c, err := s.member(r.PathValue("channel"))
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	var picked []*post
	if since, err := strconv.ParseInt(q.Get("since"), 10, 64); err == nil {
		for _, p := range c.order {
			if p.UpdateAt > since && len(picked) < sinceMax {
				picked = append(picked, p)
			}
		}
		slices.SortStableFunc(picked, func(x, y *post) int { return int(y.CreateAt - x.CreateAt) })
	} else {
		picked = page(c, q.Get("after"), atoi(q.Get("page"), 0), atoi(q.Get("per_page"), 60), s.posts)
	}
	list := model.NewPostList()
	for _, p := range picked {
		list.AddPost(s.view(p))
		list.AddOrder(p.Id)
		if root := s.posts[p.RootId]; root != nil {
			list.AddPost(s.view(root))
		}
	}
	return list, nil
}

func page(c *channel, after string, n, each int, posts map[string]*post) []*post {
	each = min(max(each, 1), 200)
	var all []*post
	for _, p := range slices.Backward(c.order) {
		if p.DeleteAt == 0 && (after == "" || posts[after] != nil && p.CreateAt > posts[after].CreateAt) {
			all = append(all, p)
		}
	}
	if after != "" { // pages begin at the post, and each shows its newest first
		slices.Reverse(all)
	}
	all = all[min(n*each, len(all)):]
	all = slices.Clone(all[:min(each, len(all))])
	if after != "" {
		slices.Reverse(all)
	}
	return all
}

func atoi(s string, otherwise int) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return otherwise
}

// createNote shows a private note. That is for administrators to grant.
func (s *Server) createNote(r *http.Request) (any, error) {
	if !s.o.Ephemeral {
		return nil, notAllowed()
	}
	note := decoded[model.PostEphemeral](r)
	if note.Post == nil || s.channels[note.Post.ChannelId] == nil || s.users[note.UserID] == nil {
		return nil, refuse(http.StatusBadRequest, "api.context.invalid_body_param.app_error")
	}
	return s.view(s.note(note.UserID, note.Post)), nil
}

// note keeps what one person sees. The lock is held.
func (s *Server) note(user string, p *model.Post) *post {
	p.Id, p.CreateAt, p.Type = model.NewId(), s.now(), model.PostTypeEphemeral
	p.UpdateAt = p.CreateAt
	p.UserId = s.bot.Id
	p.GenerateActionIds()
	it := &post{Post: p, only: user}
	s.notes = append(s.notes, it)
	s.change()
	return it
}
