package mattermosttest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"
)

func (s *Server) getUser(r *http.Request) (any, error) {
	id := r.PathValue("user")
	if id == model.Me {
		id = s.bot.Id
	}
	if u := s.users[id]; u != nil {
		return u, nil
	}
	return nil, notFound("app.user.missing_account.const")
}

// getOfUser answers /users/username/{name} and what belongs to a user.
func (s *Server) getOfUser(r *http.Request) (any, error) {
	what := r.PathValue("what")
	switch {
	case r.PathValue("user") == "username":
		for _, u := range s.users {
			if u.Username == what {
				return u, nil
			}
		}
		return nil, notFound("app.user.get_by_username.app_error")
	case what == "teams":
		return []*model.Team{s.team}, nil
	case what == "channels" && !strings.HasPrefix(s.o.Version, "5."): // came with 6
		return s.getMyChannels(r)
	}
	return nil, notFound("api.context.404.app_error")
}

func (s *Server) getTeamMember(r *http.Request) (any, error) {
	roles := model.TeamUserRoleId
	if !s.o.NoCommands {
		roles += " " + model.TeamAdminRoleId
	}
	return &model.TeamMember{TeamId: s.team.Id, UserId: r.PathValue("user"), Roles: roles}, nil
}

// rolesByNames: what the roles grant, as far as anybody looks for it.
func (s *Server) rolesByNames(r *http.Request) (any, error) {
	grants := map[string][]*model.Permission{
		model.SystemUserRoleId: {model.PermissionCreateDirectChannel},
		model.TeamUserRoleId:   {},
		model.TeamAdminRoleId:  {model.PermissionManageSlashCommands},
		model.ChannelUserRoleId: {
			model.PermissionReadChannel, model.PermissionCreatePost, model.PermissionEditPost, model.PermissionAddReaction,
			model.PermissionUploadFile, model.PermissionUseChannelMentions,
		},
	}
	if !s.o.NoDelete {
		grants[model.ChannelUserRoleId] = append(grants[model.ChannelUserRoleId], model.PermissionDeletePost)
	}
	var out []*model.Role
	for _, name := range decoded[[]string](r) {
		role := &model.Role{Name: name}
		for _, p := range grants[name] {
			role.Permissions = append(role.Permissions, p.Id)
		}
		out = append(out, role)
	}
	return out, nil
}

// member answers a channel that the bot is in.
func (s *Server) member(id string) (*channel, error) {
	if c := s.channels[id]; c != nil && c.members[s.bot.Id] {
		return c, nil
	}
	return nil, notAllowed()
}

func (s *Server) getChannel(r *http.Request) (any, error) {
	c := s.channels[r.PathValue("channel")]
	switch {
	case c == nil:
		return nil, notFound("app.channel.get.existing.app_error")
	case c.Type != model.ChannelTypeOpen && !c.members[s.bot.Id]:
		return nil, notAllowed()
	}
	return c.Channel, nil
}

func (s *Server) getChannelMember(r *http.Request) (any, error) {
	c, user := s.channels[r.PathValue("channel")], r.PathValue("user")
	if c == nil || !c.members[user] {
		return nil, notFound("app.channel.get_member.missing.app_error")
	}
	return &model.ChannelMember{ChannelId: c.Id, UserId: user, Roles: model.ChannelUserRoleId}, nil
}

func (s *Server) getMyChannels(*http.Request) (any, error) {
	out := []*model.Channel{}
	for _, c := range s.channels {
		if c.members[s.bot.Id] {
			out = append(out, c.Channel)
		}
	}
	return out, nil
}

func (s *Server) createDirect(r *http.Request) (any, error) {
	two := decoded[[]string](r)
	if len(two) != 2 || !slices.Contains(two, s.bot.Id) {
		return nil, notAllowed()
	}
	for _, id := range two {
		if s.users[id] == nil {
			return nil, notFound("app.user.missing_account.const")
		}
	}
	return s.directOf(two[0], two[1]).Channel, nil
}

// getClientConfig: servers before 9 want to be told the format.
func (s *Server) getClientConfig(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("format") != "old" {
		reply(w, http.StatusNotImplemented, refuse(http.StatusNotImplemented, "api.config.client.old_format.app_error"))
		return
	}
	reply(w, http.StatusOK, map[string]string{
		"Version": s.o.Version, "MaxPostSize": strconv.Itoa(s.o.MaxPostSize), "TeammateNameDisplay": s.o.Names,
		"PostPriority": strconv.FormatBool(s.o.Urgent),
	})
}

func (s *Server) getConfig(*http.Request) (any, error) {
	if s.admin == nil {
		return nil, notAllowed()
	}
	return s.admin, nil
}
