package mattermost

import "github.com/mattermost/mattermost/server/public/model"

// Permission is something that the bot's account must be allowed to, and what
// for. Who is a member of a team and a channel has most of them.
type Permission struct {
	// Name is Mattermost's; Why completes "needed to …".
	Name, Why string
	// In is where it is granted: "channel", "team" or "system".
	In string
	// Without says what happens when it is not granted; "" when the bot cannot work.
	Without string
}

// Permissions are all that the bot uses; `check --online` compares them with
// what its roles grant.
var Permissions = []Permission{
	{model.PermissionReadChannel.Id, "hear messages, and read what was said while the bot was away", "channel", ""},
	{model.PermissionCreatePost.Id, "answer, page, and keep cards", "channel", ""},
	{model.PermissionEditPost.Id, "keep cards up to date", "channel", ""},
	{model.PermissionDeletePost.Id, "withdraw an answer", "channel", "an answer that is withdrawn is edited to say so"},
	{model.PermissionAddReaction.Id, "mark a message with an emoji", "channel", "no emoji shows that an answer went out"},
	{model.PermissionUploadFile.Id, "pass files on", "channel", "files are not passed on"},
	{model.PermissionUseChannelMentions.Id, "call a whole channel (@channel)", "channel", "a page to a channel calls nobody"},
	{model.PermissionManageSlashCommands.Id, "register the slash commands, and know their tokens", "team", "somebody else registers them, from what `sereno manifest mattermost` prints"},
	{model.PermissionCreateDirectChannel.Id, "write to a person directly", "system", ""},
	{model.PermissionCreatePostEphemeral.Id, "show a note to one person at any time", "system", "notes are shown in answer to commands and presses, and written directly otherwise"},
}
