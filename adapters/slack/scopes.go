package slack

import "strings"

// Scope is a permission of the bot token, and what it is needed for.
type Scope struct{ Name, Why string }

// Subscription is an event that Slack sends us, and what it is needed for.
type Subscription struct{ Name, Why string }

// kind is the type that its events bear: those of messages say in another field
// where they were written.
func (s Subscription) kind() string {
	kind, _, _ := strings.Cut(s.Name, ".")
	return kind
}

// Scopes are all that the bot token needs; the manifest asks for them, `check
// --online` compares them with what was granted.
var Scopes = []Scope{
	{"app_mentions:read", "hear commands typed after a mention of the bot"},
	{"channels:history", "hear messages in public channels, and read what was said while the bot was away"},
	{"channels:read", "check that the bot is a member of the public channels that it serves"},
	{"chat:write", "answer, keep cards up to date, and show notes to one person"},
	{"commands", "the slash commands and the shortcuts"},
	{"files:read", "keep what people attach with the incident, and pass it on"},
	{"files:write", "attach files to what is passed on"},
	{"groups:history", "hear messages in private channels, and read what was said while the bot was away"},
	{"groups:read", "check that the bot is a member of the private channels that it serves"},
	{"im:history", "hear direct messages to the bot, and find its own there after a doubtful send"},
	{"im:write", "open the direct conversation in which a person is paged"},
	{"metadata.message:read", "recognise the bot's own messages after a doubtful send, so that none is sent twice"},
	{"reactions:read", "let an emoji open or take an incident"},
	{"reactions:write", "mark a message with an emoji as passed on"},
	{"usergroups:read", "know who is in the user groups that the configuration names as teams"},
	{"users:read", "show people by the names that Slack shows"},
}

// Subscriptions are the bot events that the manifest subscribes to.
var Subscriptions = []Subscription{
	{"app_home_opened", "show a person their own page with the bot when they look at it"},
	{"app_mention", "commands typed after a mention of the bot, also where it is not a member yet"},
	{"message.channels", "what customers and agents write in public channels"},
	{"message.groups", "what customers and agents write in private channels"},
	{"message.im", "direct messages to the bot"},
	{"reaction_added", "emoji that stand for an action"},
	{"subteam_members_changed", "who came into a user group, or left it"},
	{"subteam_updated", "a user group that was changed or disabled"},
}

// AppScope is what the app token needs, in socket mode.
var AppScope = Scope{"connections:write", "open the sockets over which Slack sends events"}
