package slack

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	slackgo "github.com/slack-go/slack"

	"sereno/adapters/internal/dial"
	"sereno/bot"
)

// politeWait is how long we wait when Slack asks us to without saying how long.
const politeWait = 30 * time.Second

// Answers of Slack with "ok": false, by what they mean for a delivery. They
// are named in the documentation of chat.postMessage, chat.update,
// chat.postEphemeral, chat.delete, conversations.open, files.*, reactions.add,
// views.open and views.publish.
var (
	// The token is refused. A person must put it right, which may take a while.
	tokenRefused = []string{
		"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type",
	}
	// Slack stumbled; the call may have had its effect.
	stumbled = []string{"fatal_error", "internal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
	// Slack asks us to wait.
	askedToWait = []string{"ratelimited", "rate_limited", "message_limit_exceeded", "accesslimited"}
	// Trying again cannot help.
	final = []string{
		"channel_not_found", "is_archived", "not_in_channel", "user_not_in_channel", "msg_too_long", "msg_blocks_too_long",
		"no_text", "invalid_blocks", "invalid_blocks_format", "too_many_attachments", "invalid_arguments", "invalid_arg_name",
		"invalid_array_arg", "invalid_charset", "invalid_form_data", "invalid_post_type", "missing_post_type",
		"restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel",
		"restricted_action_non_threadable_channel", "restricted_action_thread_locked", "cannot_reply_to_message",
		"thread_not_found", "message_not_found", "cant_update_message", "edit_window_closed", "cant_broadcast_message",
		"as_user_not_supported", "no_permission", "missing_scope", "access_denied", "ekm_access_denied", "org_login_required",
		"team_access_not_granted", "messages_tab_disabled", "metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema",
		"metadata_must_be_sent_from_app", "cannot_dm_bot", "user_not_found", "user_disabled", "user_not_visible", "users_not_found",
		"users_list_not_supplied", "not_enough_users", "invalid_user_combination", "external_channel_migrating", "external_org_migrating", "free_team_not_allowed",
		"slack_connect_canvas_sharing_blocked", "slack_connect_file_link_sharing_blocked", "method_not_supported_for_channel_type",
		"trigger_expired", "expired_trigger_id", "invalid_trigger_id", "trigger_exchanged", "exchanged_trigger_id",
		"cant_delete_message", "invalid_name", "no_item_specified", "bad_timestamp", "too_many_emoji", "too_many_reactions",
		"not_reactable", "thread_locked", "not_enabled", "file_not_found", "file_deleted", "file_uploads_disabled",
		"file_uploads_except_images_disabled", "storage_limit_reached", "file_type_not_allowed", "blocked_file_type",
		"posting_to_channel_denied", "invalid_channel", "slack_connect_file_upload_sharing_blocked", "slack_connect_blocked_file_type",
		"slack_connect_clip_sharing_blocked",
		"view_too_large", "invalid_view", "push_limit_reached", "duplicate_external_id",
	}
	// The person cannot be shown something in the channel, but can be written to.
	directInstead = []string{
		"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived", "restricted_action",
		"restricted_action_read_only_channel", "restricted_action_thread_only_channel",
		"restricted_action_non_threadable_channel", "restricted_action_thread_locked",
		"method_not_supported_for_channel_type", "no_permission", "user_not_visible", "external_channel_migrating",
		"cannot_reply_to_message", "thread_not_found", "messages_tab_disabled",
	}
)

// answer is the code with which Slack refused a call, "" when it did not get so far.
func answer(err error) string {
	var e slackgo.SlackErrorResponse
	if errors.As(err, &e) {
		return e.Err
	}
	return ""
}

func refusedToken(err error) bool { return slices.Contains(tokenRefused, answer(err)) }

// retryAfter is how long Slack asked us to wait, or its limits do; zero when nobody does.
func retryAfter(err error) time.Duration {
	var ours *errTurn
	if errors.As(err, &ours) {
		return ours.wait
	}
	var limited *slackgo.RateLimitedError
	if errors.As(err, &limited) {
		return max(limited.RetryAfter, time.Second)
	}
	var status slackgo.StatusCodeError
	if (errors.As(err, &status) && status.Code == http.StatusTooManyRequests) || slices.Contains(askedToWait, answer(err)) {
		return politeWait
	}
	return 0
}

// tokenRefused has it looked into whether the token is good for nothing any more.
func (a *Adapter) tokenRefused(err error) {
	select {
	case a.revoked <- err:
	default: // that is being done
	}
}

// failure tells the core what is known of a failed call. A refused token is a
// passing failure with a long wait: the message is still wanted when somebody
// has put the token right; Run ends meanwhile if Slack confirms the refusal.
func (a *Adapter) failure(doing string, err error) error {
	if err == nil {
		return nil
	}
	wrapped := fmt.Errorf("%s: %w", doing, err)
	if wait := retryAfter(err); wait > 0 {
		return &bot.DeliveryError{NotSent: true, RetryAfter: wait, Err: wrapped}
	}
	var status slackgo.StatusCodeError
	switch code := answer(err); {
	case slices.Contains(tokenRefused, code):
		a.tokenRefused(err)
		return &bot.DeliveryError{NotSent: true, RetryAfter: a.tune.authWait, Err: wrapped}
	case slices.Contains(stumbled, code):
		return &bot.DeliveryError{Err: wrapped}
	case slices.Contains(final, code):
		return &bot.DeliveryError{Permanent: true, NotSent: true, Err: wrapped}
	case code != "":
		return &bot.DeliveryError{NotSent: true, Err: wrapped}
	case errors.As(err, &status):
		tooLarge := status.Code == http.StatusRequestEntityTooLarge
		return &bot.DeliveryError{Permanent: tooLarge, NotSent: status.Code < 500, Err: wrapped}
	}
	return &bot.DeliveryError{NotSent: dial.Failed(err), Err: wrapped}
}
