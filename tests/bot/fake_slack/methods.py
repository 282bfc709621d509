"""The methods of Slack's Web API that the app can need: what each asks for, does, and refuses.

A method is a function of the workspace and the arguments; it gives what stands in the answer beside `ok`.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from tests.bot.fake_slack import limits
from tests.bot.fake_slack.refusals import Refusal, refuse
from tests.bot.fake_slack.structure import has_too_many_letters, message_problems
from tests.bot.fake_slack.workspace import APP, BOT, BOT_USER, TEAM, Channel, File, Message, User, Workspace

Arguments = dict[str, Any]
Method = Callable[[Workspace, Arguments], dict[str, Any]]


def _channel(workspace: Workspace, arguments: Arguments, name: str = "channel") -> Channel:
    channel = workspace.find_channel(str(arguments.get(name) or ""))
    if channel is None:
        raise Refusal("channel_not_found")
    return channel


def _writable(workspace: Workspace, arguments: Arguments, name: str = "channel") -> Channel:
    channel = _channel(workspace, arguments, name)
    if channel.is_archived:
        raise Refusal("is_archived")
    if not channel.is_member:
        raise Refusal("channel_not_found" if channel.is_private else "not_in_channel")
    return channel


def _user(workspace: Workspace, arguments: Arguments) -> User:
    user = workspace.users.get(str(arguments.get("user") or arguments.get("user_id") or ""))
    if user is None:
        raise Refusal("user_not_found")
    return user


def checked_content(arguments: Arguments, longest: int) -> tuple[str, list[dict[str, Any]]]:
    """The text and blocks of a message, refused as Slack would."""
    text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
    if not isinstance(text, str):
        raise Refusal("invalid_arguments")
    refuse("invalid_blocks", message_problems(blocks))
    if not text.strip() and not blocks:
        raise Refusal("no_text")
    if len(text) > longest:
        raise Refusal("msg_too_long")
    if has_too_many_letters(blocks):
        raise Refusal("msg_blocks_too_long")
    return text, blocks


def message_payload(message: Message) -> dict[str, Any]:
    """A message as Slack hands it out."""
    found: dict[str, Any] = {
        "type": "message",
        "user": BOT_USER,
        "bot_id": BOT,
        "app_id": APP,
        "team": TEAM,
        "ts": message.ts,
        "text": message.text,
        "blocks": message.blocks,
    }
    if message.thread_ts:
        found["thread_ts"] = message.thread_ts
    return found


def auth_test(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """Whose token it is."""
    whose = {"team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT, "is_enterprise_install": False}
    return {"url": "https://fake.slack.com/", "team": "Fake", "user": "ukg-sync", **whose}


def post_message(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """chat.postMessage."""
    channel = _writable(workspace, arguments)
    text, blocks = checked_content(arguments, limits.MESSAGE_TEXT)
    thread_ts = arguments.get("thread_ts")
    if thread_ts and workspace.find_message(channel.id, thread_ts) is None:
        raise Refusal("thread_not_found")
    more = {"thread_ts": thread_ts, "metadata": arguments.get("metadata")}
    broadcast = bool(thread_ts and arguments.get("reply_broadcast"))
    message = workspace.post(channel.id, text, blocks, broadcast=broadcast, **more)
    return {"channel": channel.id, "ts": message.ts, "message": message_payload(message)}


def post_ephemeral(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """chat.postEphemeral."""
    channel, user = _writable(workspace, arguments), _user(workspace, arguments)
    text, blocks = checked_content(arguments, limits.UPDATED_TEXT)
    message = workspace.post(channel.id, text, blocks, only_for=user.id, thread_ts=arguments.get("thread_ts"))
    return {"message_ts": message.ts}


def _message(workspace: Workspace, arguments: Arguments) -> Message:
    channel = _channel(workspace, arguments)
    message = workspace.find_message(channel.id, str(arguments.get("ts") or arguments.get("message_ts") or ""))
    if message is None:
        raise Refusal("message_not_found")
    return message


def update_message(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """chat.update: what is left out stays as it was, blocks too; an empty list takes them away."""
    message = _message(workspace, arguments)
    if workspace.channels[message.channel].is_archived:
        raise Refusal("is_archived")
    text, blocks = checked_content(arguments, limits.UPDATED_TEXT)
    message.edits += 1
    if "text" in arguments:
        message.text = text
    if "blocks" in arguments:
        message.blocks = workspace.with_ids(blocks)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": message_payload(message)}


def delete_message(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """chat.delete."""
    message = _message(workspace, arguments)
    message.deleted = True
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """chat.getPermalink."""
    message = _message(workspace, arguments)
    link = f"https://fake.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
    return {"channel": message.channel, "permalink": link}


def _channel_payload(channel: Channel) -> dict[str, Any]:
    return asdict(channel) | {"is_channel": channel.user is None, "is_im": channel.user is not None}


def conversation_info(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """conversations.info."""
    channel = _channel(workspace, arguments)
    if channel.is_private and not channel.is_member:
        raise Refusal("channel_not_found")
    return {"channel": _channel_payload(channel)}


def join_conversation(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """conversations.join."""
    channel = _channel(workspace, arguments)
    if channel.is_archived:
        raise Refusal("is_archived")
    if channel.is_private or channel.user:
        raise Refusal("method_not_supported_for_channel_type")
    channel.is_member = True
    return {"channel": _channel_payload(channel)}


def open_conversation(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """conversations.open, with one user."""
    user = _user(workspace, {"user": str(arguments.get("users") or "")})
    if user.deleted:
        raise Refusal("user_disabled")
    return {"channel": {"id": workspace.direct(user.id).id}}


def list_conversations(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """conversations.list, in one page."""
    listed = [channel for channel in workspace.channels.values() if channel.user is None]
    if arguments.get("exclude_archived"):
        listed = [channel for channel in listed if not channel.is_archived]
    listed = [channel for channel in listed if channel.is_member or not channel.is_private]
    return {"channels": [_channel_payload(each) for each in listed], "response_metadata": {"next_cursor": ""}}


def _messages_of(workspace: Workspace, channel: Channel, *, metadata: bool) -> list[tuple[Message, dict[str, Any]]]:
    """The messages of a channel that everybody in it sees, oldest first, as its history gives them; those in which a
    file is shared are among them."""
    listed = []
    for message in workspace.messages:
        if message.channel == channel.id and message.only_for is None and not message.deleted:
            more = {"metadata": message.metadata} if metadata and message.metadata else {}
            listed.append((message, message_payload(message) | more))
    for file in workspace.files.values():
        if file.shared_in == channel.id:
            shared = Message(channel.id, f"{1_800_000_000}.{file.id[1:]}", "", [], thread_ts=file.thread_ts)
            listed.append((shared, message_payload(shared) | {"files": [{"id": file.id, "name": file.name}]}))
    return listed


def _page(arguments: Arguments, listed: list[dict[str, Any]]) -> dict[str, Any]:
    start, most = int(arguments.get("cursor") or 0), min(int(arguments.get("limit") or 100), 999)
    following = str(start + most) if start + most < len(listed) else ""
    return {
        "messages": listed[start : start + most],
        "has_more": bool(following),
        "response_metadata": {"next_cursor": following},
    }


def _readable(workspace: Workspace, arguments: Arguments) -> tuple[Channel, bool]:
    channel = _channel(workspace, arguments)
    if not channel.is_member:
        raise Refusal("channel_not_found" if channel.is_private else "not_in_channel")
    return channel, str(arguments.get("include_all_metadata", "")).lower() in ("1", "true")


def history_of(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """conversations.history: what stands in the channel itself, newest first."""
    channel, metadata = _readable(workspace, arguments)
    listed = _messages_of(workspace, channel, metadata=metadata)
    return _page(
        arguments, [payload for message, payload in listed if not message.thread_ts or message.broadcast][::-1]
    )


def replies_to(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """conversations.replies: a message and its thread, oldest first."""
    channel, metadata = _readable(workspace, arguments)
    if workspace.find_message(channel.id, str(arguments.get("ts") or "")) is None:
        raise Refusal("thread_not_found")
    listed = _messages_of(workspace, channel, metadata=metadata)
    return _page(
        arguments, [payload for message, payload in listed if arguments["ts"] in (message.ts, message.thread_ts)]
    )


def _user_payload(user: User) -> dict[str, Any]:
    profile = {"real_name": user.name.title(), "display_name": user.name}
    flags = {"is_bot": user.is_bot, "deleted": user.deleted}
    return {"id": user.id, "team_id": TEAM, "name": user.name, "tz": user.timezone, "profile": profile, **flags}


def user_info(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """users.info."""
    return {"user": _user_payload(_user(workspace, arguments))}


def list_users(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """users.list, in one page."""
    members = [_user_payload(user) for user in workspace.users.values()]
    return {"members": members, "response_metadata": {"next_cursor": ""}}


def complete_upload(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """files.completeUploadExternal: share what was uploaded."""
    asked = arguments.get("files") or []
    files = [workspace.files.get(str(each.get("id"))) for each in asked]
    if not files or any(file is None or file.body is None for file in files):
        raise Refusal("file_not_found")
    channel = _writable(workspace, arguments, "channel_id") if arguments.get("channel_id") else None
    thread_ts = arguments.get("thread_ts")
    if channel and thread_ts and workspace.find_message(channel.id, thread_ts) is None:
        raise Refusal("invalid_arguments")
    for file, each in zip(files, asked, strict=True):
        assert file is not None
        file.title, file.thread_ts = str(each.get("title") or file.name), thread_ts
        file.shared_in = channel.id if channel else None
    if channel and arguments.get("initial_comment"):
        workspace.post(channel.id, str(arguments["initial_comment"]), [], thread_ts=thread_ts)
    return {"files": [{"id": file.id, "title": file.title} for file in files if file is not None]}


def begin_upload(workspace: Workspace, arguments: Arguments) -> File:
    """files.getUploadURLExternal: a place for a file of that length."""
    try:
        length = int(arguments.get("length", 0))
    except ValueError:
        length = 0
    if length <= 0 or not arguments.get("filename"):
        raise Refusal("invalid_arguments")
    file = File(f"F{workspace.number():06}", str(arguments["filename"]), length)
    workspace.files[file.id] = file
    return file


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update_message,
    "chat.delete": delete_message,
    "chat.getPermalink": get_permalink,
    "conversations.info": conversation_info,
    "conversations.join": join_conversation,
    "conversations.open": open_conversation,
    "conversations.list": list_conversations,
    "conversations.history": history_of,
    "conversations.replies": replies_to,
    "users.info": user_info,
    "users.list": list_users,
    "files.completeUploadExternal": complete_upload,
}

# Which of these scopes each method takes, any one of them (docs.slack.dev/reference/methods); without an entry: none.
SCOPES: dict[str, tuple[str, ...]] = {
    "chat.postMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "conversations.info": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.list": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.join": ("channels:join",),
    "conversations.history": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "conversations.replies": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "conversations.open": ("im:write", "mpim:write"),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "files.getUploadURLExternal": ("files:write",),
    "files.completeUploadExternal": ("files:write",),
}
