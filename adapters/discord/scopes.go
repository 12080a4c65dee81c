package discord

import "github.com/bwmarrin/discordgo"

// Scopes are what the bot is added to a server with.
var Scopes = []string{"bot", "applications.commands"}

// Permission is one that the bot's role needs, and what for. Its names are those
// of the documentation (https://docs.discord.com/developers/topics/permissions)
// and of Discord's settings.
type Permission struct {
	Name, Setting, Why string
	Bit                uint64
	// Optional ones are missed only by what Why says.
	Optional bool
}

// Permissions are all that the bot needs in the channels that it serves.
var Permissions = []Permission{
	{"VIEW_CHANNEL", "View Channels", "see the channels that it serves", discordgo.PermissionViewChannel, false},
	{"SEND_MESSAGES", "Send Messages", "answer, and post cards", discordgo.PermissionSendMessages, false},
	{"CREATE_PUBLIC_THREADS", "Create Public Threads", "answer an incident in a thread of its own", discordgo.PermissionCreatePublicThreads, false},
	{"SEND_MESSAGES_IN_THREADS", "Send Messages in Threads", "write in the threads of incidents and in forum posts", discordgo.PermissionSendMessagesInThreads, false},
	{"READ_MESSAGE_HISTORY", "Read Message History", "read what was said while the bot was away, and reply to messages", discordgo.PermissionReadMessageHistory, false},
	{"EMBED_LINKS", "Embed Links", "show cards; without it they stay empty", discordgo.PermissionEmbedLinks, false},
	{"ATTACH_FILES", "Attach Files", "pass on screenshots and logs", discordgo.PermissionAttachFiles, false},
	{"ADD_REACTIONS", "Add Reactions", "mark a message as taken or answered", discordgo.PermissionAddReactions, false},
	{"MENTION_EVERYONE", "Mention @everyone, @here, and All Roles", "call a team's whole channel, or a role, when nobody on call answers", discordgo.PermissionMentionEveryone, true},
}

func permissionSum() uint64 {
	var sum uint64
	for _, p := range Permissions {
		sum |= p.Bit
	}
	return sum
}

// Intent is a kind of events that the gateway sends us, and what for.
type Intent struct {
	Name, Why string
	Bit       discordgo.Intent
	// Privileged ones are switched on in the Developer Portal, page “Bot”.
	Privileged bool
}

// Intents are all that the bot asks for.
var Intents = []Intent{
	{"GUILDS", "know the channels, threads and roles of the server", discordgo.IntentGuilds, false},
	{"GUILD_MESSAGES", "hear what is written, edited and deleted in channels, threads and forums", discordgo.IntentGuildMessages, false},
	{"GUILD_MESSAGE_REACTIONS", "hear the emoji that stand for an action", discordgo.IntentGuildMessageReactions, false},
	{"DIRECT_MESSAGES", "hear direct messages to the bot", discordgo.IntentDirectMessages, false},
	{"MESSAGE_CONTENT", "read the text and files of messages that do not mention the bot", discordgo.IntentMessageContent, true},
}

func intents() discordgo.Intent {
	var sum discordgo.Intent
	for _, i := range Intents {
		sum |= i.Bit
	}
	return sum
}
