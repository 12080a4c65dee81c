package mattermost

import (
	"net/url"
	"regexp"
)

// trigger is what a command or a press lets us do: open a dialog for some
// seconds, and reply privately. It travels through the core as one string.
type trigger struct {
	// dialog is the server's trigger_id.
	dialog string
	// hook is the id of a command's response address, which serves five times
	// within 30 minutes.
	hook string
	// reply names a press that this process has not answered yet.
	reply string
}

func (t trigger) String() string {
	v := url.Values{}
	for name, s := range map[string]string{"dialog": t.dialog, "hook": t.hook, "reply": t.reply} {
		if s != "" {
			v.Set(name, s)
		}
	}
	return v.Encode()
}

// readTrigger answers what of it can be used; the zero trigger when nothing can.
func readTrigger(s string) trigger {
	v, err := url.ParseQuery(s)
	if err != nil {
		return trigger{}
	}
	t := trigger{dialog: v.Get("dialog"), reply: v.Get("reply")}
	if id := v.Get("hook"); hookID.MatchString(id) {
		t.hook = id
	}
	return t
}

var (
	hookID  = regexp.MustCompile(`^[a-z0-9]{26}$`)
	hookURL = regexp.MustCompile(`/hooks/commands/([a-z0-9]{26})$`)
)

// hookOf is the id in a response address. The address itself is not used: the
// server has it from its SiteURL, which need not be how we reach it, and what we
// send goes to nobody but the server that is configured.
func hookOf(address string) string {
	if m := hookURL.FindStringSubmatch(address); m != nil {
		return m[1]
	}
	return ""
}
