"""HTTP face of groups."""

from __future__ import annotations

from aiohttp import web

from pinge.conversations import actions, schemas
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


@routes.post("/messages/groups")
@endpoint(
    takes=schemas.CreateGroup(),
    gives=schemas.Group(),
    status=201,
    scope=Scope.GROUPS_WRITE,
    limit=per_user("groups"),
)
async def create(request: web.Request) -> web.Response:
    """Make a group, as its admin."""
    group = await actions.create_group(request.app, request[CALLER], **request[BODY])
    return answer(group, status=201)


@routes.get("/messages/groups")
@endpoint(gives=schemas.Group(), many=True, scope=Scope.GROUPS_READ)
async def groups(request: web.Request) -> web.Response:
    """The groups I am in."""
    return answer(await actions.groups(request.app, request[CALLER]))


@routes.patch("/messages/groups/{group_id}")
@endpoint(
    takes=schemas.UpdateGroup(), gives=schemas.Group(), scope=Scope.GROUPS_WRITE, errors=(400, 403)
)
async def update(request: web.Request) -> web.Response:
    """Rename or describe it."""
    group_id = path_id(request, "group_id")
    return answer(
        await actions.update_group(request.app, request[CALLER], group_id, **request[BODY])
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
    await actions.must_be_admin(request.app, request[CALLER], group_id)
    picture = await file_body(request, most=avatars.LARGEST, within=avatars.WITHIN)
    return answer(await actions.change_avatar(request.app, request[CALLER], group_id, picture))


@routes.delete("/messages/groups/{group_id}/avatar")
@endpoint(gives=schemas.Group(), scope=Scope.GROUPS_WRITE, errors=(400, 403))
async def delete_avatar(request: web.Request) -> web.Response:
    """Take its picture away."""
    group_id = path_id(request, "group_id")
    return answer(await actions.change_avatar(request.app, request[CALLER], group_id, None))


@routes.delete("/messages/groups/{group_id}")
@endpoint(gives=Done(), scope=Scope.GROUPS_WRITE, errors=(400, 403, 404))
async def delete(request: web.Request) -> web.Response:
    """End it, for everybody."""
    await actions.delete_group(request.app, request[CALLER], path_id(request, "group_id"))
    return answer({"message": "Group deleted"})


@routes.post("/messages/groups/{group_id}/leave")
@endpoint(gives=Done(), scope=Scope.GROUPS_WRITE, errors=(400, 404))
async def leave(request: web.Request) -> web.Response:
    """Leave it."""
    await actions.leave_group(request.app, request[CALLER], path_id(request, "group_id"))
    return answer({"message": "You left the group"})


@routes.get("/messages/groups/{group_id}/members")
@endpoint(gives=schemas.Member(), many=True, scope=Scope.GROUPS_READ, errors=(400, 403))
async def members(request: web.Request) -> web.Response:
    """Who is in it."""
    return answer(await actions.members(request.app, request[CALLER], path_id(request, "group_id")))


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
    added = await actions.add_members(request.app, request[CALLER], group_id, **request[BODY])
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
    await actions.remove_member(
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
    role = await actions.change_role(request.app, request[CALLER], group_id, **request[BODY])
    return answer({"message": f"Role changed to {role}", "new_role": role})
