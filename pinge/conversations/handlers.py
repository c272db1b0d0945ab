"""HTTP face of groups."""

from __future__ import annotations

from aiohttp import web

from pinge.conversations import groups, membership, schemas
from pinge.conversations import saved as saved_messages
from pinge.errors import Invalid
from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint, path_id
from pinge.http.limits import per_user
from pinge.http.schemas import Done
from pinge.http.scopes import Scope
from pinge.http.uploads import file_body
from pinge.media import avatars

routes = web.RouteTableDef()

NOT_THE_PATHS = "Must be the one in the path."


@routes.put("/conversations/saved")
@endpoint(gives=schemas.Opened(), scope=Scope.MESSAGES_WRITE)
async def saved(request: web.Request) -> web.Response:
    """The conversation I have with myself, for what I want to keep."""
    conversation_id = await saved_messages.saved(request.app, request[CALLER])
    return answer({"conversation_id": conversation_id})


@routes.post("/messages/groups")
@endpoint(
    takes=schemas.CreateGroup(),
    gives=schemas.GroupMade(),
    status=201,
    scope=Scope.GROUPS_WRITE,
    limit=per_user("groups"),
)
async def create(request: web.Request) -> web.Response:
    """Make a group, as its owner and admin."""
    made = await groups.create_group(request.app, request[CALLER], **request[BODY])
    skipped = {"invalid_users": made.unknown, "not_allowed": made.not_allowed}
    return answer({**made.group, **skipped}, status=201)


@routes.get("/messages/groups")
@endpoint(gives=schemas.Group(), many=True, scope=Scope.GROUPS_READ)
async def mine(request: web.Request) -> web.Response:
    """The groups I am in."""
    return answer(await groups.groups(request.app, request[CALLER]))


@routes.patch("/messages/groups/{group_id}")
@endpoint(
    takes=schemas.UpdateGroup(), gives=schemas.Group(), scope=Scope.GROUPS_WRITE, errors=(400, 403)
)
async def update(request: web.Request) -> web.Response:
    """Rename or describe it, or say what its members may do."""
    group_id = path_id(request, "group_id")
    return answer(
        await groups.update_group(request.app, request[CALLER], group_id, **request[BODY])
    )


@routes.put("/messages/groups/{group_id}/avatar")
@endpoint(
    takes="image/*",
    gives=schemas.Group(),
    scope=Scope.GROUPS_WRITE,
    limit=per_user("avatars"),
    errors=(400, 403),
)
async def set_avatar(request: web.Request) -> web.Response:
    """Give it a picture: a JPEG, PNG, GIF or WebP, of which the middle is shown."""
    group_id = path_id(request, "group_id")
    await groups.must_edit(request.app, request[CALLER], group_id)
    picture = await file_body(request, most=avatars.LARGEST, within=avatars.WITHIN)
    return answer(await groups.change_avatar(request.app, request[CALLER], group_id, picture))


@routes.delete("/messages/groups/{group_id}/avatar")
@endpoint(gives=schemas.Group(), scope=Scope.GROUPS_WRITE, errors=(400, 403))
async def delete_avatar(request: web.Request) -> web.Response:
    """Take its picture away."""
    group_id = path_id(request, "group_id")
    return answer(await groups.change_avatar(request.app, request[CALLER], group_id, None))


@routes.post("/messages/groups/{group_id}/owner")
@endpoint(takes=schemas.HandOver(), gives=schemas.Group(), errors=(400, 403, 404))
async def hand_over(request: web.Request) -> web.Response:
    """Let another member own it; it takes the password, or a proof of a moment ago."""
    group_id = path_id(request, "group_id")
    return answer(await groups.hand_over(request.app, request[CALLER], group_id, **request[BODY]))


@routes.delete("/messages/groups/{group_id}")
@endpoint(gives=Done(), scope=Scope.GROUPS_WRITE, errors=(400, 403, 404))
async def delete(request: web.Request) -> web.Response:
    """End it, for everybody."""
    await groups.delete_group(request.app, request[CALLER], path_id(request, "group_id"))
    return answer({"message": "Group deleted"})


@routes.post("/messages/groups/{group_id}/leave")
@endpoint(gives=Done(), scope=Scope.GROUPS_WRITE, errors=(400, 404))
async def leave(request: web.Request) -> web.Response:
    """Leave it."""
    await membership.leave_group(request.app, request[CALLER], path_id(request, "group_id"))
    return answer({"message": "You left the group"})


@routes.get("/messages/groups/{group_id}/members")
@endpoint(gives=schemas.Member(), many=True, scope=Scope.GROUPS_READ, errors=(400, 403))
async def members(request: web.Request) -> web.Response:
    """Who is in it."""
    return answer(
        await membership.members(request.app, request[CALLER], path_id(request, "group_id"))
    )


@routes.post("/messages/groups/{group_id}/members")
@endpoint(
    takes=schemas.AddMembers(),
    gives=schemas.MembersAdded(),
    status=201,
    scope=Scope.GROUPS_WRITE,
    errors=(400, 403),
)
async def add_members(request: web.Request) -> web.Response:
    """Let people in."""
    group_id = path_id(request, "group_id")
    added = await membership.add_members(request.app, request[CALLER], group_id, **request[BODY])
    return answer(
        {
            "message": f"Added {len(added.added)} member(s)",
            "added_members": added.added,
            "already_members": added.already,
            "invalid_users": added.unknown,
            "not_allowed": added.not_allowed,
        },
        status=201,
    )


@routes.delete("/messages/groups/{group_id}/members/{user_id}")
@endpoint(gives=Done(), scope=Scope.GROUPS_WRITE, errors=(400, 403, 404))
async def remove_member(request: web.Request) -> web.Response:
    """Remove somebody."""
    await membership.remove_member(
        request.app, request[CALLER], path_id(request, "group_id"), path_id(request, "user_id")
    )
    return answer({"message": "Member removed"})


@routes.patch("/messages/groups/{group_id}/members/{user_id}/role")
@endpoint(
    takes=schemas.ChangeRole(),
    gives=schemas.RoleChanged(),
    scope=Scope.GROUPS_WRITE,
    errors=(400, 403, 404),
)
async def change_role(request: web.Request) -> web.Response:
    """Make somebody an admin, or no longer."""
    group_id, user_id = path_id(request, "group_id"), path_id(request, "user_id")
    if request[BODY]["user_id"] != user_id:
        raise Invalid(f"user_id: {NOT_THE_PATHS}", fields={"user_id": [NOT_THE_PATHS]})
    role = await membership.change_role(request.app, request[CALLER], group_id, **request[BODY])
    return answer({"message": f"Role changed to {role}", "new_role": role})
