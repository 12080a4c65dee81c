package mattermosttest

import (
	"net/http"
	"slices"

	"github.com/mattermost/mattermost/server/public/model"
)

// builtIn are the server's own commands, as version 10.4 lists them.
var builtIn = []string{
	"away", "clear", "code", "collapse", "dnd", "echo", "expand", "exportlink", "groupmsg", "header", "help",
	"invite", "invite_people", "join", "kick", "leave", "logout", "marketplace", "me", "msg", "mute", "offline",
	"online", "open", "purpose", "remove", "rename", "search", "settings", "share-channel", "shortcuts", "shrug",
	"status",
}

func (s *Server) mayManage(team string) error {
	if s.o.NoCommands || team != s.team.Id {
		return notAllowed()
	}
	return nil
}

// listCommands shows all of a command to those alone who may manage it.
func (s *Server) listCommands(r *http.Request) (any, error) {
	err := s.mayManage(r.URL.Query().Get("team_id"))
	if err != nil && r.URL.Query().Get("custom_only") == "true" {
		return nil, err
	}
	out := []*model.Command{}
	for _, c := range s.commands {
		shown := *c
		if err != nil {
			shown.Sanitize()
		}
		out = append(out, &shown)
	}
	return out, nil
}

// createCommand keeps no autocomplete data: there is no column for it.
func (s *Server) createCommand(r *http.Request) (any, error) {
	c := decoded[model.Command](r)
	if err := s.mayManage(c.TeamId); err != nil {
		return nil, err
	}
	taken := slices.Contains(builtIn, c.Trigger)
	for _, old := range s.commands {
		taken = taken || old.Trigger == c.Trigger
	}
	if taken {
		return nil, refuse(http.StatusBadRequest, "api.command.duplicate_trigger.app_error")
	}
	c.Id, c.Token, c.CreatorId = "", "", s.bot.Id
	c.PreSave()
	if err := c.IsValid(); err != nil {
		return nil, err
	}
	c.AutocompleteData = nil
	s.commands[c.Id] = &c
	return &c, nil
}

func (s *Server) updateCommand(r *http.Request) (any, error) {
	old := s.commands[r.PathValue("command")]
	c := decoded[model.Command](r)
	switch {
	case old == nil:
		return nil, notFound("store.sql_command.get.missing.app_error")
	case c.Id != old.Id || c.TeamId != old.TeamId:
		return nil, refuse(http.StatusBadRequest, "api.command.team_mismatch.app_error")
	}
	if err := s.mayManage(c.TeamId); err != nil {
		return nil, err
	}
	c.Token, c.CreatorId, c.CreateAt = old.Token, old.CreatorId, old.CreateAt
	c.PreUpdate()
	if err := c.IsValid(); err != nil {
		return nil, err
	}
	c.AutocompleteData = nil
	s.commands[c.Id] = &c
	return &c, nil
}

func (s *Server) deleteCommand(r *http.Request) (any, error) {
	c := s.commands[r.PathValue("command")]
	if c == nil {
		return nil, notFound("store.sql_command.get.missing.app_error")
	}
	if err := s.mayManage(c.TeamId); err != nil {
		return nil, err
	}
	delete(s.commands, c.Id)
	return map[string]string{"status": "OK"}, nil
}

// AddCommand registers a command as a person does.
func (s *Server) AddCommand(c model.Command) model.Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.TeamId = s.team.Id
	if c.CreatorId == "" {
		c.CreatorId = model.NewId()
	}
	c.PreSave()
	s.commands[c.Id] = &c
	return c
}

// SetCommand puts a registered command in another's place, by its id.
func (s *Server) SetCommand(c model.Command) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands[c.Id] = &c
}
