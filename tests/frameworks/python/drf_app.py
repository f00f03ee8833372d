"""A workshop in Django REST framework, its document by drf-spectacular."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import django
from django.conf import settings

settings.configure(
    DEBUG=False,
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="of the laboratory",
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    TIME_ZONE="UTC",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework",
        "rest_framework.authtoken",
        "drf_spectacular",
    ],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "drf.sqlite3"}
    },
    MEDIA_ROOT="media",
    REST_FRAMEWORK={
        "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
        "PAGE_SIZE": 10,
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "UPLOADED_FILES_USE_URL": False,
    },
    SPECTACULAR_SETTINGS={
        "TITLE": "Workshop",
        "VERSION": "1.0.0",
        "COMPONENT_SPLIT_REQUEST": True,
        "SERVE_INCLUDE_SCHEMA": False,
    },
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import FileResponse, HttpRequest, HttpResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from drf_spectacular.types import OpenApiTypes  # noqa: E402
from drf_spectacular.utils import (  # noqa: E402
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
)
from drf_spectacular.views import SpectacularAPIView  # noqa: E402
from rest_framework import (  # noqa: E402
    generics,
    parsers,
    renderers,
    serializers,
    status,
    viewsets,
)
from rest_framework.authentication import (  # noqa: E402
    BasicAuthentication,
    TokenAuthentication,
)
from rest_framework.authtoken.models import Token  # noqa: E402
from rest_framework.decorators import action, api_view  # noqa: E402
from rest_framework.permissions import IsAuthenticated  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.routers import DefaultRouter  # noqa: E402
from rest_framework.views import APIView  # noqa: E402
from seen import note, take  # noqa: E402


# ---------------------------------------------------------------- models
class Owner(models.Model):
    name = models.CharField(max_length=50)

    class Meta:
        app_label = "workshop"


class Tool(models.Model):
    class Colour(models.TextChoices):
        RED = "red", "Red"
        DARK_BLUE = "dark blue", "Dark blue"

    name = models.CharField(max_length=50)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    weight = models.FloatField(null=True, blank=True)
    colour = models.CharField(
        max_length=10, choices=Colour.choices, null=True, blank=True
    )
    size = models.IntegerField(choices=[(1, "small"), (2, "large")], default=1)
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE, null=True, blank=True)
    bought = models.DateField(null=True, blank=True)
    code = models.UUIDField(default=uuid4, editable=False)
    extra = models.JSONField(null=True, blank=True)
    manual = models.FileField(upload_to="manuals", null=True, blank=True)

    class Meta:
        app_label = "workshop"


# ---------------------------------------------------------------- serializers
class OwnerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Owner
        fields = ("id", "name")


class ToolSerializer(serializers.ModelSerializer):
    label = serializers.SerializerMethodField()
    secret = serializers.CharField(write_only=True, required=False)

    class Meta:
        model = Tool
        fields = (
            "id",
            "name",
            "price",
            "weight",
            "colour",
            "size",
            "owner",
            "bought",
            "code",
            "extra",
            "manual",
            "label",
            "secret",
        )

    def get_label(self, tool: Tool) -> str:
        return f"{tool.name} ({tool.size})"

    def create(self, data: dict[str, Any]) -> Tool:
        data.pop("secret", None)
        return super().create(data)


class OrderSerializer(serializers.Serializer):
    customer = serializers.CharField()
    copies = serializers.IntegerField(min_value=1)
    express = serializers.BooleanField(default=False)
    at = serializers.DateTimeField(required=False, allow_null=True)
    labels = serializers.DictField(child=serializers.CharField(), required=False)
    owner = OwnerSerializer(required=False)


class CardSerializer(serializers.Serializer):
    type = serializers.ChoiceField(choices=["card"])
    number = serializers.CharField()


class CashSerializer(serializers.Serializer):
    type = serializers.ChoiceField(choices=["cash"])
    given = serializers.FloatField()


class UploadSerializer(serializers.Serializer):
    title = serializers.CharField()
    file = serializers.FileField()
    colour = serializers.ChoiceField(
        choices=Tool.Colour.choices, allow_blank=True, required=False
    )


PAYMENT = PolymorphicProxySerializer(
    component_name="Payment",
    serializers={"card": CardSerializer, "cash": CashSerializer},
    resource_type_field_name="type",
)


class ProblemSerializer(serializers.Serializer):
    detail = serializers.CharField()


# ---------------------------------------------------------------- views
class ToolViewSet(viewsets.ModelViewSet):
    queryset = Tool.objects.order_by("id")
    serializer_class = ToolSerializer
    parser_classes = [parsers.JSONParser, parsers.FormParser, parsers.MultiPartParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        given = {
            name: value.name if hasattr(value, "name") else value
            for name, value in request.data.items()
        }
        note(
            action=self.action,
            query=request.query_params.dict(),
            given=given,
            type=request.content_type.split(";")[0],
        )

    def perform_create(self, serializer: ToolSerializer) -> None:
        serializer.save(id=3, code=UUID("8f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f"))

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, renderer_classes=[renderers.JSONRenderer])
    def drawing(self, request: Request, pk: str | None = None) -> HttpResponse:
        return HttpResponse(b"\x00\x01\xff", content_type="application/octet-stream")

    @extend_schema(
        request=None, responses={200: ToolSerializer, 409: ProblemSerializer}
    )
    @action(detail=True, methods=["post"])
    def lend(self, request: Request, pk: str | None = None) -> Response:
        return Response({"detail": "It is lent"}, status.HTTP_409_CONFLICT)


class OwnerViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Owner.objects.order_by("id")
    serializer_class = OwnerSerializer
    pagination_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        note(action=self.action)


class OrderView(generics.CreateAPIView):
    serializer_class = OrderSerializer

    def perform_create(self, serializer: OrderSerializer) -> None:
        data = serializer.validated_data
        note(order=dict(data))
        serializer.instance = {**data, "owner": {"id": 1, **data["owner"]}}


class UploadView(APIView):
    parser_classes = [parsers.MultiPartParser]

    @extend_schema(request=UploadSerializer, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        serializer = UploadSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        file = given["file"]
        note(
            title=given["title"],
            name=file.name,
            content=file.read(),
            colour=given.get("colour"),
        )
        return Response({"name": file.name}, status.HTTP_201_CREATED)


class PaymentView(APIView):
    @extend_schema(request=PAYMENT, responses=PAYMENT)
    def post(self, request: Request) -> Response:
        note(given=request.data)
        return Response(request.data)


@extend_schema(
    parameters=[
        OpenApiParameter("ids", {"type": "array", "items": {"type": "integer"}}),
        OpenApiParameter("since", OpenApiTypes.DATETIME),
        OpenApiParameter("X-Trace", str, OpenApiParameter.HEADER),
        OpenApiParameter("visits", int, OpenApiParameter.COOKIE),
    ],
    responses={200: OpenApiTypes.OBJECT},
)
@api_view(["GET"])
def search(request: Request) -> Response:
    note(
        ids=request.query_params.getlist("ids"),
        since=request.query_params.get("since"),
        trace=request.headers.get("x-trace"),
        visits=request.COOKIES.get("visits"),
    )
    return Response({"found": 1})


@extend_schema(responses={204: None})
@api_view(["POST"])
def reset(request: Request) -> Response:
    note()
    return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(responses={200: OpenApiResponse(description="The manual")})
@api_view(["GET"])
def manual(request: Request) -> FileResponse:
    note()
    return FileResponse((Path(__file__).parent / "manual.bin").open("rb"))


class TokenView(APIView):
    authentication_classes = [TokenAuthentication]
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=OpenApiTypes.STR)
    def get(self, request: Request) -> Response:
        note(user=request.user.username)
        return Response(request.user.username)


class BasicView(APIView):
    authentication_classes = [BasicAuthentication]
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=OpenApiTypes.STR)
    def get(self, request: Request) -> Response:
        note(user=request.user.username)
        return Response(request.user.username)


def seen(request: HttpRequest) -> HttpResponse:
    fill()
    return HttpResponse(take(), content_type="application/json")


router = DefaultRouter()
router.include_root_view = False
router.register("tools", ToolViewSet)
router.register("owners", OwnerViewSet)

urlpatterns = [
    path("", include(router.urls)),
    path("orders/", OrderView.as_view()),
    path("uploads/", UploadView.as_view()),
    path("payments/", PaymentView.as_view()),
    path("search/", search),
    path("reset/", reset),
    path("manual/", manual),
    path("token/", TokenView.as_view()),
    path("basic/", BasicView.as_view()),
    path("schema/", SpectacularAPIView.as_view()),
    path("_seen", seen),
]


def prepare() -> None:
    """The tables, and the user who has a token."""
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Owner)
        editor.create_model(Tool)
    ann = User.objects.create_user("ann", password="p:ä")
    Token.objects.create(key="t-1", user=ann)


def fill() -> None:
    """What there is before each call."""
    Tool.objects.all().delete()
    shutil.rmtree("media", ignore_errors=True)
    owner, _ = Owner.objects.get_or_create(id=1, name="Ann")
    Tool.objects.create(
        id=1,
        name="Saw",
        price="19.90",
        weight=1.5,
        colour=Tool.Colour.DARK_BLUE,
        size=2,
        owner=owner,
        bought="2024-02-29",
        code="6f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f",
        extra={"any": [1, None]},
    )
    Tool.objects.create(
        id=2, name="Axe", price="1.00", code="7f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f"
    )


prepare()
wsgi = get_wsgi_application()
