// A library in NestJS.
import "reflect-metadata";
import { Readable } from "node:stream";
import {
  Body,
  ConflictException,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  MessageEvent,
  Module,
  NotFoundException,
  Param,
  ParseIntPipe,
  Patch,
  Post,
  Put,
  Query,
  Req,
  Res,
  Sse,
  StreamableFile,
  UploadedFile,
  UploadedFiles,
  UseInterceptors,
  ValidationPipe,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FileInterceptor, FilesInterceptor } from "@nestjs/platform-express";
import {
  ApiBasicAuth,
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiCookieAuth,
  ApiCreatedResponse,
  ApiExcludeController,
  ApiExtraModels,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiProduces,
  ApiProperty,
  ApiPropertyOptional,
  ApiQuery,
  ApiSecurity,
  ApiTags,
  DocumentBuilder,
  PartialType,
  SwaggerModule,
  getSchemaPath,
} from "@nestjs/swagger";
import { Type } from "class-transformer";
import {
  IsArray,
  IsEnum,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
} from "class-validator";
import { of } from "rxjs";
const { note, take } = require("./seen.cjs");

enum Genre {
  Novel = "novel",
  Poetry = "po/etry",
}

class BookDto {
  @ApiProperty()
  id: number;

  @ApiProperty()
  title: string;

  @ApiProperty({ type: Number, nullable: true })
  price: number | null;

  @ApiPropertyOptional({ enum: Genre, enumName: "Genre" })
  genre?: Genre;

  @ApiProperty({ type: String, format: "date-time", nullable: true })
  printed: string | null;

  @ApiProperty({ type: "object", additionalProperties: { type: "string" } })
  labels: Record<string, string>;

  @ApiPropertyOptional({ type: [String] })
  authors?: string[];
}

class CreateBookDto {
  @ApiProperty({ minLength: 1 })
  @IsNotEmpty()
  title: string;

  @ApiPropertyOptional({ type: Number, nullable: true })
  @IsOptional()
  @IsNumber()
  price?: number | null;

  @ApiPropertyOptional({ enum: Genre, enumName: "Genre", default: Genre.Novel })
  @IsOptional()
  @IsEnum(Genre)
  genre?: Genre;

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @IsArray()
  authors?: string[];
}

class UpdateBookDto extends PartialType(CreateBookDto) {}

class FindBooksDto {
  @ApiPropertyOptional({ default: 10 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  limit?: number = 10;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  q?: string;
}

class PageDto {
  @ApiProperty()
  total: number;
}

class CardDto {
  @ApiProperty({ enum: ["card"] })
  kind: "card";

  @ApiProperty()
  number: string;
}

class CashDto {
  @ApiProperty({ enum: ["cash"] })
  kind: "cash";

  @ApiProperty()
  given: number;
}

class PaymentDto {
  @ApiProperty({
    oneOf: [{ $ref: getSchemaPath(CardDto) }, { $ref: getSchemaPath(CashDto) }],
    discriminator: {
      propertyName: "kind",
      mapping: { card: getSchemaPath(CardDto), cash: getSchemaPath(CashDto) },
    },
  })
  means: CardDto | CashDto;
}

class CoverDto {
  @ApiProperty({ type: "string", format: "binary" })
  file: any;

  @ApiProperty()
  title: string;
}

class CoversDto {
  @ApiProperty({ type: "array", items: { type: "string", format: "binary" } })
  files: any[];
}

class ContactDto {
  @ApiProperty()
  email: string;

  @ApiPropertyOptional()
  age?: number;
}

class ProblemDto {
  @ApiProperty()
  statusCode: number;

  @ApiProperty()
  message: string;

  @ApiPropertyOptional()
  error?: string;
}

const LOST = {
  id: 3,
  title: "Lost",
  price: 12.5,
  genre: Genre.Poetry,
  printed: "2024-03-01T12:00:00.000Z",
  labels: { size: "XL" },
  authors: ["Ann", "Bob"],
};

@ApiTags("books")
@ApiExtraModels(PageDto, BookDto, CardDto, CashDto)
@Controller("books")
class BooksController {
  @Get()
  @ApiOkResponse({
    schema: {
      allOf: [
        { $ref: getSchemaPath(PageDto) },
        {
          properties: {
            items: { type: "array", items: { $ref: getSchemaPath(BookDto) } },
          },
        },
      ],
    },
  })
  @ApiQuery({ name: "genres", enum: Genre, isArray: true, required: false })
  findAll(
    @Query(new ValidationPipe({ transform: true })) query: FindBooksDto,
    @Query("genres") genres?: Genre[],
  ) {
    note({ limit: query.limit, q: query.q, genres });
    return { total: 1, items: [LOST] };
  }

  @Post()
  @ApiCreatedResponse({ type: BookDto })
  create(@Body() book: CreateBookDto) {
    note({ book });
    return { ...LOST, ...book, id: 4 };
  }

  @Get(":id")
  @ApiOkResponse({ type: BookDto })
  @ApiNotFoundResponse({ type: ProblemDto })
  findOne(@Param("id", ParseIntPipe) id: number) {
    note({ id });
    if (id === 404) throw new NotFoundException("There is no such book");
    return LOST;
  }

  @Patch(":id")
  @ApiOkResponse({ type: BookDto })
  update(@Param("id", ParseIntPipe) id: number, @Body() given: UpdateBookDto) {
    note({ id, given });
    return { ...LOST, ...given };
  }

  @Delete(":id")
  @HttpCode(204)
  @ApiNoContentResponse()
  remove(@Param("id", ParseIntPipe) id: number) {
    note({ id });
  }

  // Without a decorator of the answer: the document has no content.
  @Get(":id/summary")
  summary(@Param("id", ParseIntPipe) id: number) {
    note({ id });
    return { id, words: 3 };
  }

  @Get(":id/title")
  title(@Param("id", ParseIntPipe) id: number): string {
    note({ id });
    return "Lost & found";
  }

  @Put(":id/payment")
  @ApiOkResponse({ type: PaymentDto })
  pay(@Param("id", ParseIntPipe) id: number, @Body() payment: PaymentDto) {
    note({ id, payment });
    return payment;
  }
}

@ApiTags("files")
@Controller("files")
class FilesController {
  @Post("cover")
  @ApiConsumes("multipart/form-data")
  @UseInterceptors(FileInterceptor("file"))
  cover(@UploadedFile() file: any, @Body() body: CoverDto) {
    note({ name: file.originalname, content: file.buffer.toString(), title: body.title });
    return { name: file.originalname };
  }

  @Post("covers")
  @ApiConsumes("multipart/form-data")
  @ApiBody({ type: CoversDto })
  @UseInterceptors(FilesInterceptor("files"))
  covers(@UploadedFiles() files: any[]) {
    note({ names: files.map((file) => file.originalname) });
    return files.map((file) => file.originalname);
  }

  @Post("contact")
  @ApiConsumes("application/x-www-form-urlencoded")
  @ApiCreatedResponse({ type: ContactDto })
  contact(@Body() contact: ContactDto) {
    note({ contact });
    return { email: contact.email, age: Number(contact.age) };
  }

  @Get("manual")
  @ApiProduces("application/octet-stream")
  @ApiOkResponse({ schema: { type: "string", format: "binary" } })
  manual(): StreamableFile {
    note();
    return new StreamableFile(Buffer.from([0, 1, 255]));
  }

  @Get("export")
  export(@Res() response: any) {
    note();
    response.type("text/csv");
    Readable.from(["a,b\n", "1,2\n"]).pipe(response);
  }

  @Sse("events")
  events() {
    note();
    return of<MessageEvent>({ data: { x: 1 } }, { data: "two", type: "update", id: "2" });
  }
}

@ApiTags("access")
@Controller("access")
class AccessController {
  @Get("bearer")
  @ApiBearerAuth()
  bearer(@Headers("authorization") authorization: string) {
    note({ authorization });
    return { authorization };
  }

  @Get("basic")
  @ApiBasicAuth()
  basic(@Req() request: any) {
    note({ authorization: request.headers.authorization });
    return {};
  }

  @Get("key")
  @ApiSecurity("api-key")
  key(@Req() request: any) {
    note({ key: request.headers["x-api-key"] });
    return {};
  }

  @Get("session")
  @ApiCookieAuth()
  session(@Req() request: any) {
    note({ cookie: request.headers.cookie });
    return {};
  }

  @Get("conflict")
  @ApiOkResponse({ type: BookDto })
  conflict() {
    note();
    throw new ConflictException("Somebody was faster");
  }
}

@ApiExcludeController()
@Controller("_seen")
class SeenController {
  @Get()
  seen() {
    return take();
  }
}

@Module({
  controllers: [BooksController, FilesController, AccessController, SeenController],
})
class AppModule {}

export async function start(): Promise<number> {
  const app = await NestFactory.create(AppModule, { logger: ["error", "warn"] });
  app.useGlobalPipes(new ValidationPipe({ whitelist: false }));
  const config = new DocumentBuilder()
    .setTitle("Library")
    .setVersion("1.0")
    .addBearerAuth()
    .addBasicAuth()
    .addApiKey({ type: "apiKey", name: "X-API-Key", in: "header" }, "api-key")
    .addCookieAuth("session")
    .build();
  SwaggerModule.setup("api", app, () => SwaggerModule.createDocument(app, config));
  await app.listen(0, "127.0.0.1");
  const server = app.getHttpServer();
  server.keepAliveTimeout = 3_600_000;
  return server.address().port;
}
